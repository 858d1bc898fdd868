CREATE TABLE order_lines (
    order_id uuid NOT NULL CONSTRAINT fk_order_lines_order_id REFERENCES orders (id) ON DELETE CASCADE,
    line_no integer NOT NULL,
    product_id bigint NOT NULL CONSTRAINT fk_order_lines_product_id REFERENCES products (id),
    quantity integer NOT NULL CONSTRAINT chk_order_lines_quantity CHECK (quantity > 0),
    unit_price numeric(12, 2) NOT NULL CONSTRAINT chk_order_lines_unit_price CHECK (unit_price >= 0),
    PRIMARY KEY (order_id, line_no)
);

CREATE INDEX idx_order_lines_product_id ON order_lines (product_id);

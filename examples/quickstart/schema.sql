CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    full_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT chk_customers_email CHECK (position('@' IN email) > 1)
);

CREATE UNIQUE INDEX idx_customers_email ON customers (lower(email));
CREATE TABLE products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku text NOT NULL CONSTRAINT uq_products_sku UNIQUE,
    name text NOT NULL,
    price numeric(12, 2) NOT NULL CONSTRAINT chk_products_price CHECK (price >= 0),
    tags text[] NOT NULL DEFAULT '{}',
    discontinued boolean NOT NULL DEFAULT false
);

CREATE INDEX idx_products_tags ON products USING gin (tags);
COMMENT ON COLUMN products.sku IS 'Stock keeping unit, as printed on the label';
CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'cancelled');

CREATE TABLE orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id bigint NOT NULL CONSTRAINT fk_orders_customer_id REFERENCES customers (id),
    status order_status NOT NULL DEFAULT 'pending',
    placed_at timestamptz NOT NULL DEFAULT now(),
    shipped_at timestamptz,
    CONSTRAINT chk_orders_shipped CHECK (status <> 'shipped' OR shipped_at IS NOT NULL)
);

CREATE INDEX idx_orders_customer_id ON orders (customer_id, placed_at DESC);
CREATE TABLE order_lines (
    order_id uuid NOT NULL CONSTRAINT fk_order_lines_order_id REFERENCES orders (id) ON DELETE CASCADE,
    line_no integer NOT NULL,
    product_id bigint NOT NULL CONSTRAINT fk_order_lines_product_id REFERENCES products (id),
    quantity integer NOT NULL CONSTRAINT chk_order_lines_quantity CHECK (quantity > 0),
    unit_price numeric(12, 2) NOT NULL CONSTRAINT chk_order_lines_unit_price CHECK (unit_price >= 0),
    PRIMARY KEY (order_id, line_no)
);

CREATE INDEX idx_order_lines_product_id ON order_lines (product_id);
-- Most queries ask for orders that are still open.
CREATE INDEX idx_orders_open ON orders (placed_at) WHERE status IN ('pending', 'paid');
CREATE VIEW order_totals AS
SELECT o.id AS order_id, o.customer_id, o.status, coalesce(sum(l.quantity * l.unit_price), 0) AS total
FROM orders o
LEFT JOIN order_lines l ON l.order_id = o.id
GROUP BY o.id;
ALTER TABLE customers ADD COLUMN country char(2);
UPDATE customers SET country = CASE WHEN email LIKE '%.de' THEN 'DE' ELSE 'US' END;
ALTER TABLE customers
    ALTER COLUMN country SET NOT NULL,
    ADD CONSTRAINT chk_customers_country CHECK (country = upper(country));
ALTER TABLE orders ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();

CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE TRIGGER trg_orders_touch BEFORE UPDATE ON orders
FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE INDEX CONCURRENTLY idx_products_name ON products (lower(name));

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id),
    tier tier NOT NULL
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);

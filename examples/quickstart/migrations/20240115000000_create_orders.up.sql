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

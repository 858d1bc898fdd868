CREATE TYPE order_status AS ENUM ('pending', 'paid');

CREATE TABLE orders (
    id uuid PRIMARY KEY,
    status order_status NOT NULL,
    total numeric NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now(),
    due date,
    tags text[] NOT NULL
);

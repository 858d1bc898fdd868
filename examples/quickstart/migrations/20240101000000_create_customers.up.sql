CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    full_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT chk_customers_email CHECK (position('@' IN email) > 1)
);

CREATE UNIQUE INDEX idx_customers_email ON customers (lower(email));

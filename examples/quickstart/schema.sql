-- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

SET check_function_bodies = off;

CREATE TYPE order_status AS ENUM (
    'pending',
    'paid',
    'shipped',
    'cancelled'
);

CREATE FUNCTION touch_updated_at()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    email text NOT NULL,
    full_name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    country character(2) NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id),
    CONSTRAINT chk_customers_country CHECK (((country)::text = upper((country)::text))),
    CONSTRAINT chk_customers_email CHECK ((POSITION(('@'::text) IN (email)) > 1))
);
CREATE UNIQUE INDEX idx_customers_email ON customers (lower(email));

CREATE TABLE order_lines (
    order_id uuid NOT NULL,
    line_no integer NOT NULL,
    product_id bigint NOT NULL,
    quantity integer NOT NULL,
    unit_price numeric(12,2) NOT NULL,
    CONSTRAINT order_lines_pkey PRIMARY KEY (order_id, line_no),
    CONSTRAINT chk_order_lines_quantity CHECK ((quantity > 0)),
    CONSTRAINT chk_order_lines_unit_price CHECK ((unit_price >= (0)::numeric))
);
CREATE INDEX idx_order_lines_product_id ON order_lines (product_id);

CREATE TABLE orders (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    customer_id bigint NOT NULL,
    status order_status DEFAULT 'pending'::order_status NOT NULL,
    placed_at timestamp with time zone DEFAULT now() NOT NULL,
    shipped_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT chk_orders_shipped CHECK (((status <> 'shipped'::order_status) OR (shipped_at IS NOT NULL)))
);
CREATE INDEX idx_orders_customer_id ON orders (customer_id, placed_at DESC);
CREATE INDEX idx_orders_open ON orders (placed_at) WHERE status = ANY (ARRAY['pending'::order_status, 'paid'::order_status]);
CREATE TRIGGER trg_orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TABLE products (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    price numeric(12,2) NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    discontinued boolean DEFAULT false NOT NULL,
    CONSTRAINT products_pkey PRIMARY KEY (id),
    CONSTRAINT chk_products_price CHECK ((price >= (0)::numeric)),
    CONSTRAINT uq_products_sku UNIQUE (sku)
);
COMMENT ON COLUMN products.sku IS 'Stock keeping unit, as printed on the label';
CREATE INDEX idx_products_name ON products (lower(name));
CREATE INDEX idx_products_tags ON products USING gin (tags);

ALTER TABLE order_lines ADD CONSTRAINT fk_order_lines_order_id FOREIGN KEY (order_id) REFERENCES orders(id) ON DELETE CASCADE;
ALTER TABLE order_lines ADD CONSTRAINT fk_order_lines_product_id FOREIGN KEY (product_id) REFERENCES products(id);

ALTER TABLE orders ADD CONSTRAINT fk_orders_customer_id FOREIGN KEY (customer_id) REFERENCES customers(id);

CREATE VIEW order_totals AS
 SELECT o.id AS order_id,
    o.customer_id,
    o.status,
    COALESCE(sum(((l.quantity)::numeric * l.unit_price)), (0)::numeric) AS total
   FROM (orders o
     LEFT JOIN order_lines l ON ((l.order_id = o.id)))
  GROUP BY o.id;

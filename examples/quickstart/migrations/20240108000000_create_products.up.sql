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

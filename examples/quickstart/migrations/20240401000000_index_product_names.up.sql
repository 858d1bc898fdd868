-- no-transaction
CREATE INDEX CONCURRENTLY idx_products_name ON products (lower(name));

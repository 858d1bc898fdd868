-- no-transaction
DROP INDEX CONCURRENTLY idx_products_name;

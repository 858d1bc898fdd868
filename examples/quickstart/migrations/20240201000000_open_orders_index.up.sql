-- Most queries ask for orders that are still open.
CREATE INDEX idx_orders_open ON orders (placed_at) WHERE status IN ('pending', 'paid');

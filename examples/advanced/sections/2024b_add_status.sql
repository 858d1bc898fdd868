ALTER TABLE users ADD COLUMN status text NOT NULL DEFAULT 'active';
-- migrate:down
ALTER TABLE users DROP COLUMN status;

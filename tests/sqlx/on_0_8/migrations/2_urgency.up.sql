ALTER TABLE orders ADD COLUMN urgency text NOT NULL DEFAULT 'low' CHECK (urgency IN ('low', 'high'));

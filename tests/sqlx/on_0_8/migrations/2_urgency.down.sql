ALTER TABLE orders DROP COLUMN urgency;

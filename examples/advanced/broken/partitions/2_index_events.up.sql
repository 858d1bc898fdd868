CREATE INDEX idx_events_id ON events (id);

CREATE INDEX idx_events_day ON events (day);

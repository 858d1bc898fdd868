DROP INDEX idx_events_day;

-- The partitions are made by a job, and are no part of the model.
CREATE TABLE events (
    id bigint NOT NULL,
    day date NOT NULL,
    kind text NOT NULL
) PARTITION BY RANGE (day);
CREATE INDEX idx_events_day ON events (day);

CREATE TABLE events (
    id bigint NOT NULL,
    day date NOT NULL,
    kind text NOT NULL
) PARTITION BY RANGE (day);
CREATE TABLE events_default PARTITION OF events DEFAULT;

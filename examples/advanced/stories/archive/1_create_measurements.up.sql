CREATE TABLE measurements (id bigint PRIMARY KEY, value double precision NOT NULL);
CREATE TABLE measurements_2023 (LIKE measurements);
CREATE TABLE measurements_2024 (LIKE measurements);
COMMENT ON TABLE measurements IS 'What the sensors said';

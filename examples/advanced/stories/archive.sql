CREATE TABLE measurements (id bigint PRIMARY KEY, value double precision NOT NULL);

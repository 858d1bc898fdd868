CREATE TABLE users (id bigint PRIMARY KEY);
CREATE ROLE app_reader;

CREATE TYPE tier AS ENUM ('free', 'paid');
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text,
    tier tier NOT NULL
);

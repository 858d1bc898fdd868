CREATE TYPE user_status AS ENUM ('active', 'blocked');
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY,
    email text NOT NULL,
    status user_status NOT NULL DEFAULT 'active',
    CONSTRAINT users_pkey PRIMARY KEY (id)
);

CREATE TABLE made_by_setup (id bigint PRIMARY KEY);

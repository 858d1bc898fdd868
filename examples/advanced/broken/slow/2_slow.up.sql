SELECT pg_sleep(0.3);
ALTER TABLE users ADD COLUMN email text;

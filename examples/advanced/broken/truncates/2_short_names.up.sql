ALTER TABLE users ALTER COLUMN name TYPE varchar(5) USING left(name, 5);
DELETE FROM users WHERE note IS NULL;

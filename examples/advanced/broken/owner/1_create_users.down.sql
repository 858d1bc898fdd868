DROP ROLE app_reader;
DROP TABLE users;

DROP TABLE accounts;
DROP EXTENSION citext;

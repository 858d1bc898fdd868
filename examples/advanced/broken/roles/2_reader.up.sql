CREATE ROLE careless_reader;
GRANT SELECT ON users TO careless_reader;

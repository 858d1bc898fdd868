REVOKE SELECT ON users FROM careless_reader;

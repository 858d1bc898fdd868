CREATE ROLE bank_reader;
GRANT SELECT ON accounts TO bank_reader;

REVOKE SELECT ON accounts FROM bank_reader;
DROP ROLE bank_reader;

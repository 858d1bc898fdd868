ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_accounts ON accounts FOR SELECT TO bank_reader
    USING (owner = current_setting('bank.owner', true)::citext);

ALTER TABLE customers ADD COLUMN country char(2);
UPDATE customers SET country = CASE WHEN email LIKE '%.de' THEN 'DE' ELSE 'US' END;
ALTER TABLE customers
    ALTER COLUMN country SET NOT NULL,
    ADD CONSTRAINT chk_customers_country CHECK (country = upper(country));

DROP TABLE customers;
DROP TYPE tier;

INSERT INTO orders (user_id, total) VALUES (1, 12.50), (1, 3.20);
-- There is no user 9.
INSERT INTO orders (user_id, total) VALUES (9, 1.00);

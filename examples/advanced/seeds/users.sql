-- Three people who were there before statuses were.
INSERT INTO users (id, email, name) VALUES
    (1, 'ann@example.com', 'Ann'),
    (2, 'bob@example.org', 'Bob'),
    (3, 'cho@example.net', 'Cho');

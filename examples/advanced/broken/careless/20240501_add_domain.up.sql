ALTER TABLE users ADD COLUMN domain text;
UPDATE users SET domain = substring(email FROM '@(.*[.]com)$');
ALTER TABLE users ALTER COLUMN name SET DEFAULT '';

ALTER TABLE users ADD COLUMN domain text;
UPDATE users SET domain = substring(email FROM '@(.*[.]com)$');

-- Expressions that PostgreSQL prints in one way and, once it has read that back, in another.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN size AS varchar(5) CHECK (VALUE IN ('s', 'm', 'l'));
CREATE TABLE t (
    id integer PRIMARY KEY,
    a text CHECK (a IN ('x', 'y')),
    b varchar(20) DEFAULT 'new' CHECK (b IN ('new', 'it''s, ]', 'done')),
    c varchar CHECK (c NOT IN ('x', 'y') OR c IS NULL AND a = 'x' AND b = 'new'),
    d char(3) CHECK (d IN ('abc', 'abd')),
    m mood CHECK (m IN ('sad', 'ok')),
    n numeric(8, 2) CHECK (n IN (1, 2.5) AND n BETWEEN 0 AND 9.99),
    e varchar CHECK (e IN (b, c)),
    f varchar CHECK (f = ANY ('{x,y}'::varchar[])),
    g text GENERATED ALWAYS AS (CASE WHEN b IN ('new', 'done') THEN 'x' ELSE lower(b) END) STORED,
    s size,
    at timestamptz CHECK (at > '2020-01-01' AND at < timestamptz '2030-01-01' + interval '1 day'),
    CONSTRAINT t_nested CHECK (a = 'x' AND (b = 'new' AND (c = 'x' OR d IN ('abc')))),
    CONSTRAINT t_lists CHECK (b || 'x' IN ('ax', 'bx') AND lower(c) IN ('a', 'b') AND NOT (b LIKE ANY (ARRAY['a%', 'b%'])))
);
CREATE INDEX t_some ON t (id) WHERE b IN ('new', 'done');
CREATE INDEX t_expression ON t ((b IN ('new', 'done')), lower(b));
CREATE VIEW v AS SELECT id, b IN ('new', 'done') AS is_known FROM t WHERE c NOT IN ('x', 'y');
CREATE MATERIALIZED VIEW mv AS SELECT t.id, u.b FROM t JOIN t u USING (id) WHERE t.b IN ('new', 'done');
CREATE VIEW w AS WITH x AS (SELECT id, b FROM t WHERE b = ANY (ARRAY['new', 'done']))
  SELECT x.*, row_number() OVER (PARTITION BY b ORDER BY id) FROM x UNION ALL SELECT 1, 'x', 2;
CREATE POLICY p ON t USING (b IN ('new', 'done')) WITH CHECK (c IN ('x', 'y'));
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.b IN ('new', 'done')) EXECUTE FUNCTION touch();
CREATE RULE ru AS ON UPDATE TO t WHERE NEW.b IN ('x', 'y') DO NOTHING;
CREATE FUNCTION is_known(b varchar) RETURNS boolean LANGUAGE sql RETURN b IN ('new', 'done');
CREATE STATISTICS st ON (b IN ('new', 'done')), id FROM t;
=== expression of a check
ALTER TABLE t DROP CONSTRAINT t_b_check;
ALTER TABLE t ADD CONSTRAINT t_b_check CHECK (b IN ('new', 'it''s, ]'));
--> constraint t_b_check on t: definition
=== expression of a predicate
DROP INDEX t_some;
CREATE INDEX t_some ON t (id) WHERE b IN ('new', 'gone');
--> index t_some on t: predicate

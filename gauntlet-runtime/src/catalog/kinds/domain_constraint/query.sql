-- CHECK constraints of domains. NOT NULL is an attribute of the domain.
SELECT c.oid, 0 AS sub, t.oid AS root, t.typnamespace AS schema, t.typname AS parent, c.conname AS name,
  concat_ws('{us}',
    '#constraint=' || pg_get_constraintdef(c.oid),
    CASE WHEN NOT c.convalidated THEN 'not_valid=yes' END,
    CASE WHEN c.contype NOT IN ('c', 'n') THEN '#unknown=contype ' || c.contype::text END
  ) AS attributes
FROM pg_constraint c
JOIN pg_type t ON t.oid = c.contypid
WHERE c.contypid <> 0 AND c.contype <> 'n' AND {in t.typnamespace} AND {own pg_type, t.oid} AND {roots c.contypid}

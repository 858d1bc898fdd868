-- Conversions between encodings.
SELECT c.oid, 0 AS sub, c.oid AS root, c.connamespace AS schema, '' AS parent, c.conname AS name,
  concat_ws('{us}',
    {owner c.conowner},
    'from=' || pg_encoding_to_char(c.conforencoding),
    'to=' || pg_encoding_to_char(c.contoencoding),
    'function=' || c.conproc::regproc,
    CASE WHEN c.condefault THEN 'default=yes' END
  ) AS attributes
FROM pg_conversion c
WHERE {in c.connamespace} AND {own pg_conversion, c.oid} AND {roots c.oid}

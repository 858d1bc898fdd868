-- Operators. The name carries the operand types.
SELECT o.oid, 0 AS sub, o.oid AS root, o.oprnamespace AS schema, '' AS parent,
  o.oprname || '(' || CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END
    || ', ' || CASE WHEN o.oprright = 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END || ')' AS name,
  CASE WHEN o.oprcode = 0 THEN concat_ws('{us}', {owner o.oprowner}, 'shell=yes') ELSE concat_ws('{us}',
    {owner o.oprowner},
    'function=' || o.oprcode::regprocedure,
    CASE WHEN o.oprcom <> 0 THEN 'commutator=' || o.oprcom::regoperator END,
    CASE WHEN o.oprnegate <> 0 THEN 'negator=' || o.oprnegate::regoperator END,
    CASE WHEN o.oprrest <> 0 THEN 'restrict=' || o.oprrest::regproc END,
    CASE WHEN o.oprjoin <> 0 THEN 'join=' || o.oprjoin::regproc END,
    CASE WHEN o.oprcanhash THEN 'hashes=yes' END,
    CASE WHEN o.oprcanmerge THEN 'merges=yes' END
  ) END AS attributes
FROM pg_operator o
WHERE {in o.oprnamespace} AND {own pg_operator, o.oid} AND {roots o.oid}

-- Subscriptions of this database. The connection string is for superusers only.
SELECT s.oid, 0 AS sub, s.oid AS root, 0::oid AS schema, '' AS parent, s.subname AS name,
  concat_ws('{us}',
    {owner s.subowner},
    'connection=' || s.subconninfo, --@super
    '#unknown=subconninfo, which is for superusers only', --@nosuper
    'publications[]=' || s.subpublications::text,
    CASE WHEN NOT s.subenabled THEN 'enabled=no' END,
    CASE WHEN s.subbinary THEN 'binary=yes' END,
    CASE WHEN s.substream THEN 'streaming=yes' END, --@<16
    CASE s.substream WHEN 'f' THEN NULL WHEN 't' THEN 'streaming=yes' WHEN 'p' THEN 'streaming=parallel' --@16+
      ELSE '#unknown=substream ' || s.substream::text END, --@16+
    CASE WHEN s.subtwophasestate <> 'd' THEN 'two_phase=yes' END, --@15+
    CASE WHEN s.subdisableonerr THEN 'disable_on_error=yes' END, --@15+
    CASE WHEN NOT s.subpasswordrequired THEN 'password_required=no' END, --@16+
    CASE WHEN s.subrunasowner THEN 'run_as_owner=yes' END, --@16+
    'origin=' || s.suborigin, --@16+
    CASE WHEN s.subfailover THEN 'failover=yes' END, --@17+
    'slot=' || s.subslotname,
    'synchronous_commit=' || s.subsynccommit
  ) AS attributes
FROM pg_subscription s
WHERE {database} AND s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
  AND {own pg_subscription, s.oid} AND {roots s.oid}

-- Tries everything, and takes each of its writes back at once. It is asked through the setting `gauntlet.asked` and answers
-- through `gauntlet.found`. `/* gauntlet */` stands at the beginning of every statement that it runs.
--
-- - A body is validated as `CREATE FUNCTION` does it, with the function's own settings. SQL in a string is analysed in full,
--   PL/pgSQL has its syntax and the types of its variables looked at.
-- - A table whose writes run code is written: its rows get their own values, then those of another row; they are deleted;
--   they are deleted and inserted again. All of them at once, and one by one where another error than one of broken code comes
--   first. A table that takes no row gets the statement that it refused.
-- - What fails on the search path of the session is tried once more with all schemas on it, since a program may have a path of
--   its own.
DO $gauntlet$
DECLARE
  asked jsonb := pg_catalog.current_setting('gauntlet.asked')::jsonb;
  home text := asked->>'home';
  spaces oid[] := ARRAY(SELECT n.oid FROM pg_catalog.pg_namespace n
    WHERE CASE WHEN (asked->>'only_home')::bool THEN n.nspname = home
          ELSE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' END);
  apart oid[] := ARRAY(SELECT o FROM (SELECT pg_catalog.to_regclass(a)::oid
    FROM pg_catalog.jsonb_array_elements_text(asked->'apart') a) u (o) WHERE o IS NOT NULL);
  own oid[] := ARRAY(SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = ANY (spaces)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      AND d.objid = p.oid AND d.deptype = 'e'));
  -- In a schema of its own, what code names as `public` is not what the versions make.
  elsewhere text[] := ARRAY(SELECT p.proname FROM pg_catalog.pg_proc p WHERE (asked->>'only_home')::bool AND p.oid = ANY (own)
    AND (p.prosrc ~* '\mpublic\M"?\s*\.' OR EXISTS (
      SELECT FROM pg_catalog.unnest(p.proconfig) c WHERE c ~ '^search_path=.*\mpublic\M')));
  users oid[] := ARRAY(SELECT DISTINCT coalesce(a.adrelid, k.conrelid, i.indrelid) FROM pg_catalog.pg_depend d
    LEFT JOIN pg_catalog.pg_attrdef a ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND a.oid = d.objid
    LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
    LEFT JOIN pg_catalog.pg_index i ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.indexrelid = d.objid
    WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refobjid = ANY (own)
      AND coalesce(a.adrelid, k.conrelid, i.indrelid) <> 0);
  may_pass_triggers bool := pg_catalog.current_setting('is_superuser')::bool;
  path text := pg_catalog.current_setting('search_path');
  wide text;
  tried jsonb[] := '{}';
  found jsonb[] := '{}';
  one record;
  attempts text[];
  rows tid[];
  chosen tid[];
  copies text[];
  failed text[];
  operation text;
  statement text;
  setting text;
  way text;
  count int;
  touched int;
  broken bool;
  answer jsonb;
  initial jsonb;
  state text; message text; detail text; hint text; context text;
BEGIN
  IF pg_catalog.current_setting('lc_messages') <> 'C' THEN
    BEGIN
      PERFORM pg_catalog.set_config('lc_messages', 'C', true);
    EXCEPTION WHEN OTHERS THEN
      NULL;
    END;
  END IF;
  SELECT pg_catalog.string_agg(pg_catalog.quote_ident(nspname), ', ') INTO wide
  FROM pg_catalog.pg_namespace WHERE oid = ANY (spaces);
  wide := pg_catalog.concat_ws(', ', nullif(path, ''), wide);

  FOR one IN
    SELECT 'function' AS kind, p.oid, NULL AS sql, n.nspname, p.proconfig AS settings, NULL::text[] AS attempts,
      pg_catalog.concat(CASE WHEN n.nspname <> home THEN n.nspname || '.' END, p.proname, '(',
        pg_catalog.pg_get_function_identity_arguments(p.oid), ')') AS name,
      CASE WHEN l.lanname = 'plpgsql' THEN 'plpgsql_validator' ELSE 'fmgr_sql_validator' END AS validator,
      p.prosrc ~* '\mcreate\M' AS creates
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE p.oid = ANY (own) AND (l.lanname = 'plpgsql' OR l.lanname = 'sql' AND p.prosqlbody IS NULL)
    UNION ALL
    SELECT 'table', c.oid, t.sql, n.nspname, NULL,
      ARRAY[
        'UPDATE', 'UPDATE ' || t.sql || ' SET ' || k.same || ' WHERE ctid = ANY ($1)',
        'UPDATE', 'UPDATE ' || t.sql || ' AS t SET ' || k.other || ' FROM (SELECT * FROM ' || t.sql
          || ' LIMIT 1 OFFSET 1) AS gauntlet_row WHERE t.ctid = ANY ($1)',
        'DELETE', 'DELETE FROM ' || t.sql || ' WHERE ctid = ANY ($1)',
        'INSERT', CASE WHEN may_pass_triggers
          THEN 'INSERT INTO ' || t.target || ' (' || k.names || ') OVERRIDING SYSTEM VALUE SELECT ' || k.parts
            || ' FROM (SELECT one::' || t.target || ' AS gauntlet_row FROM pg_catalog.unnest($2) AS one OFFSET 0) AS copied'
          ELSE 'WITH gone AS (DELETE FROM ' || t.sql || ' WHERE ctid = ANY ($1) RETURNING ' || k.names || ') INSERT INTO '
            || t.target || ' (' || k.names || ') OVERRIDING SYSTEM VALUE SELECT ' || k.names || ' FROM gone' END,
        'INSERT', 'INSERT INTO ' || t.target || ' (' || k.names || ') OVERRIDING SYSTEM VALUE SELECT ' || k.names
          || ' FROM ' || t.sql || ' WHERE ctid = ANY ($1)',
        'INSERT', (SELECT 'SELECT ' || pg_catalog.string_agg(pg_catalog.pg_get_expr(a.adbin, a.adrelid), ', ' ORDER BY a.adnum)
          FROM pg_catalog.pg_attrdef a JOIN pg_catalog.pg_attribute b ON b.attrelid = a.adrelid AND b.attnum = a.adnum
          WHERE a.adrelid = c.oid AND b.attgenerated = '' AND EXISTS (SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = a.oid
              AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refobjid = ANY (own)))],
      t.name, NULL, false
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
    LATERAL (SELECT pg_catalog.concat(CASE WHEN c.relkind = 'r' THEN 'ONLY ' END, pg_catalog.format('%I.%I', n.nspname, c.relname)),
      pg_catalog.format('%I.%I', n.nspname, c.relname),
      pg_catalog.concat(CASE WHEN n.nspname <> home THEN n.nspname || '.' END, c.relname)) AS t (sql, target, name),
    LATERAL (SELECT
        pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum),
        pg_catalog.string_agg(pg_catalog.format('(gauntlet_row).%I', a.attname), ', ' ORDER BY a.attnum),
        pg_catalog.string_agg(pg_catalog.format('%I = %1$I', a.attname), ', ' ORDER BY a.attnum)
          FILTER (WHERE a.attidentity <> 'a'),
        pg_catalog.string_agg(pg_catalog.format('%I = gauntlet_row.%1$I', a.attname), ', ' ORDER BY a.attnum)
          FILTER (WHERE a.attidentity <> 'a' AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i
            WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion) AND a.attnum = ANY (i.indkey::int2[])))
      FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS k (names, parts, same, other)
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
      AND c.relnamespace = ANY (spaces) AND c.oid <> ALL (apart)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
      AND (c.oid = ANY (users)
        OR EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal)
        OR c.relkind = 'p' AND EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) p
          JOIN pg_catalog.pg_trigger g ON g.tgrelid = p.relid AND NOT g.tgisinternal
          WHERE p.relid <> c.oid))
    ORDER BY 1, 2
  LOOP
    -- What works in the end need not be tried once more.
    CONTINUE WHEN pg_catalog.jsonb_exists(asked->'known', one.name) AND NOT pg_catalog.jsonb_exists(asked->'failing', one.name);
    tried := tried || pg_catalog.jsonb_build_array(one.kind, one.name);
    attempts := one.attempts;
    failed := '{}';
    touched := 0;
    IF one.kind = 'function' THEN
      attempts := ARRAY['', pg_catalog.format('SELECT pg_catalog.%I(%s)', one.validator, one.oid)];
      rows := '{}';
    ELSE
      EXECUTE pg_catalog.format('SELECT ARRAY(SELECT ctid FROM %s LIMIT 24)', one.sql) INTO rows;
      IF rows = '{}' THEN
        attempts := attempts || ARRAY['INSERT', asked->'refused'->>one.name];
      END IF;
    END IF;
    FOR place IN 1 .. pg_catalog.cardinality(attempts) BY 2 LOOP
      operation := attempts[place];
      statement := '/* gauntlet */ ' || attempts[place + 1];
      -- The last copy is for rows that could not be deleted first; a failure of the DELETE is none of the INSERT.
      CONTINUE WHEN statement IS NULL OR operation = ANY (failed)
        OR place = 7 AND 'DELETE' = ANY (failed) AND NOT may_pass_triggers OR place = 9 AND touched > 0;
      touched := 0;
      chosen := rows;
      count := pg_catalog.cardinality(rows);
      <<trying>>
      FOR single IN 0 .. least(count, 8) LOOP
        IF single > 0 THEN
          chosen := ARRAY[rows[count + 1 - single]];
        END IF;
        FOREACH way IN ARRAY ARRAY[path, pg_catalog.concat_ws(', ', pg_catalog.quote_ident(one.nspname), wide)] LOOP
          BEGIN
            PERFORM pg_catalog.set_config('search_path', way, true);
            FOREACH setting IN ARRAY coalesce(one.settings, '{}') LOOP
              PERFORM pg_catalog.set_config(pg_catalog.split_part(setting, '=', 1),
                pg_catalog.substr(setting, pg_catalog.strpos(setting, '=') + 1), true);
            END LOOP;
            IF place = 7 AND may_pass_triggers THEN
              EXECUTE pg_catalog.format('SELECT ARRAY(SELECT gauntlet_row::text FROM %s AS gauntlet_row WHERE ctid = ANY ($1))', one.sql)
                INTO copies USING chosen;
              PERFORM pg_catalog.set_config('session_replication_role', 'replica', true);
              EXECUTE pg_catalog.format('DELETE FROM %s WHERE ctid = ANY ($1)', one.sql) USING chosen;
              PERFORM pg_catalog.set_config('session_replication_role', 'origin', true);
            END IF;
            EXECUTE statement USING chosen, copies;
            GET DIAGNOSTICS touched = ROW_COUNT;
            RAISE EXCEPTION USING ERRCODE = 'GA000';
          EXCEPTION WHEN OTHERS OR assert_failure THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
              hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
          END;
          -- What the code raises by itself, and a role or a setting that others make, say nothing of the code.
          broken := (state ~ '^42' OR state = '09000') AND state <> '42501'
            AND pg_catalog.strpos(context, '/* gauntlet */') > 0
            AND pg_catalog.split_part(context, E'\n', 1) !~ ' at RAISE$'
            AND (state <> '42704' OR message !~ '^role |configuration parameter'
                AND pg_catalog.current_setting('lc_messages') ~ '^(C|POSIX|en|$)')
            AND NOT (state = '42P01' AND one.creates)
            AND NOT EXISTS (SELECT FROM pg_catalog.unnest(elsewhere) e, pg_catalog.concat(' ', one.name, ' ', context) named
              WHERE pg_catalog.strpos(named, ' ' || e || '(') > 0 OR pg_catalog.strpos(named, '.' || e || '(') > 0
                OR pg_catalog.strpos(named, pg_catalog.format('"%s"', e)) > 0);
          EXIT WHEN NOT broken;
          answer := pg_catalog.jsonb_build_object('kind', one.kind, 'name', one.name, 'operation', operation, 'sqlstate', state,
            'message', message, 'detail', nullif(detail, ''), 'hint', nullif(hint, ''), 'context', context);
          IF way = path THEN
            initial := answer;
          END IF;
        END LOOP;
        EXIT trying WHEN broken OR state = 'GA000';
      END LOOP;
      -- No row is one for which the code finds a value for a column that needs one.
      IF state = '23502' AND count > 0 AND pg_catalog.strpos(pg_catalog.split_part(context, E'\n', 1), '/* gauntlet */') = 0 THEN
        broken := true;
        initial := pg_catalog.jsonb_build_object('kind', one.kind, 'name', one.name, 'operation', operation, 'sqlstate', state,
          'message', message, 'context', context);
      END IF;
      IF broken THEN
        failed := failed || operation;
        found := found || initial;
      END IF;
    END LOOP;
  END LOOP;
  PERFORM pg_catalog.set_config('gauntlet.found',
    pg_catalog.jsonb_build_object('tried', tried, 'broken', found)::text, true);
END $gauntlet$

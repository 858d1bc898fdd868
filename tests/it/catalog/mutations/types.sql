CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN posint AS integer DEFAULT 1 CONSTRAINT posint_check CHECK (VALUE > 0);
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE textrange AS RANGE (subtype = text);
CREATE TYPE shelly;
CREATE TYPE money2;
CREATE FUNCTION money2_in(cstring) RETURNS money2 LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION money2_out(money2) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE TYPE money2 (INPUT = money2_in, OUTPUT = money2_out, INTERNALLENGTH = 8, PASSEDBYVALUE, ALIGNMENT = double);
CREATE TYPE days AS RANGE (subtype = integer);
CREATE DOMAIN word AS text CONSTRAINT word_short CHECK (length(VALUE) < 9);
CREATE DOMAIN given AS text NOT NULL;
=== enum missing
DROP TYPE mood;
--> enum mood: missing
=== enum extra
CREATE TYPE extra AS ENUM ('a');
--> enum extra: extra
=== enum renamed
ALTER TYPE mood RENAME TO feeling;
--> enum mood: renamed feeling
=== enum label added
ALTER TYPE mood ADD VALUE 'great';
--> enum mood: labels
=== enum label added in between
ALTER TYPE mood ADD VALUE 'meh' BEFORE 'ok';
--> enum mood: labels
=== enum label renamed
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
--> enum mood: labels
=== enum labels in another order
DROP TYPE mood;
CREATE TYPE mood AS ENUM ('ok', 'sad', 'happy');
--> enum mood: labels
=== enum owner
ALTER TYPE mood OWNER TO pg_monitor;
--> enum mood: owner
=== enum grant
REVOKE USAGE ON TYPE mood FROM PUBLIC;
--> enum mood: grant.PUBLIC
=== enum comment
COMMENT ON TYPE mood IS 'how it feels';
--> enum mood: comment
=== domain missing
DROP DOMAIN posint;
--> domain posint: missing
=== domain extra
CREATE DOMAIN extra AS text;
--> domain extra: extra
=== domain default
ALTER DOMAIN posint SET DEFAULT 2;
--> domain posint: default
=== domain not null
ALTER DOMAIN posint SET NOT NULL;
--> domain posint: not_null
=== domain type
DROP DOMAIN posint;
CREATE DOMAIN posint AS bigint DEFAULT 1 CONSTRAINT posint_check CHECK (VALUE > 0);
--> domain posint: type
=== domain collation
CREATE DOMAIN extra AS text COLLATE "C";
--> domain extra: extra
=== domain constraint lost
ALTER DOMAIN posint DROP CONSTRAINT posint_check;
--> domain constraint posint_check on posint: missing
=== domain constraint added
ALTER DOMAIN posint ADD CONSTRAINT posint_max CHECK (VALUE < 100);
--> domain constraint posint_max on posint: extra
=== domain constraint expression
ALTER DOMAIN posint DROP CONSTRAINT posint_check;
ALTER DOMAIN posint ADD CONSTRAINT posint_check CHECK (VALUE > 1);
--> domain constraint posint_check on posint: definition
=== domain constraint renamed
ALTER DOMAIN posint RENAME CONSTRAINT posint_check TO positive;
--> domain constraint posint_check on posint: renamed positive
=== domain constraint not valid
ALTER DOMAIN posint ADD CONSTRAINT posint_max CHECK (VALUE < 100) NOT VALID;
--> domain constraint posint_max on posint: extra
=== domain constraint comment
COMMENT ON CONSTRAINT posint_check ON DOMAIN posint IS 'positive';
--> domain constraint posint_check on posint: comment
=== domain owner
ALTER DOMAIN posint OWNER TO pg_monitor;
--> domain posint: owner
=== domain grant
REVOKE USAGE ON DOMAIN posint FROM PUBLIC;
--> domain posint: grant.PUBLIC
=== composite type missing
DROP TYPE pair;
--> composite type pair: missing
=== composite type extra
CREATE TYPE extra AS (a integer);
--> composite type extra: extra
=== composite type column added
ALTER TYPE pair ADD ATTRIBUTE c date;
--> column pair.c: extra
=== composite type column type
ALTER TYPE pair ALTER ATTRIBUTE b TYPE varchar(5);
--> column pair.b: type
=== composite type column collation
ALTER TYPE pair ALTER ATTRIBUTE b TYPE text COLLATE "C";
--> column pair.b: collation
=== composite type column renamed
ALTER TYPE pair RENAME ATTRIBUTE a TO first;
--> column pair.a: renamed first
=== composite type column order
ALTER TYPE pair DROP ATTRIBUTE a;
ALTER TYPE pair ADD ATTRIBUTE a integer;
--> composite type pair: column_order (note)
=== composite type owner
ALTER TYPE pair OWNER TO pg_monitor;
--> composite type pair: owner
=== composite type comment
COMMENT ON TYPE pair IS 'two';
--> composite type pair: comment
=== composite type column comment
COMMENT ON COLUMN pair.a IS 'one';
--> column pair.a: comment
=== range type missing
DROP TYPE textrange;
--> range type textrange: missing
=== range type extra
CREATE TYPE floatrange AS RANGE (subtype = float8);
--> range type floatrange: extra
=== range type subtype
DROP TYPE textrange;
CREATE TYPE textrange AS RANGE (subtype = integer);
--> range type textrange: subtype
=== range type subtype difference
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
--> range type floatrange: extra
=== range type operator class
DROP TYPE textrange;
CREATE TYPE textrange AS RANGE (subtype = text, subtype_opclass = text_pattern_ops);
--> range type textrange: operator_class
=== range type collation
DROP TYPE textrange;
CREATE TYPE textrange AS RANGE (subtype = text, collation = "C");
--> range type textrange: collation
=== range type multirange name
DROP TYPE textrange;
CREATE TYPE textrange AS RANGE (subtype = text, multirange_type_name = texts);
--> range type textrange: multirange
=== range type comment
COMMENT ON TYPE textrange IS 'from to';
--> range type textrange: comment
=== shell type missing
DROP TYPE shelly;
--> base type shelly: missing
=== shell type extra
CREATE TYPE shelly2;
--> base type shelly2: extra
=== base type missing
DROP TYPE money2 CASCADE;
--> base type money2: missing
--> function money2_in(cstring): missing
--> function money2_out(money2): missing
=== base type storage
ALTER TYPE money2 SET (TYPMOD_IN = numerictypmodin);
--> base type money2: typmod_in
=== base type category
DROP TYPE money2 CASCADE;
CREATE TYPE money2;
CREATE FUNCTION money2_in(cstring) RETURNS money2 LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION money2_out(money2) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE TYPE money2 (INPUT = money2_in, OUTPUT = money2_out, INTERNALLENGTH = 8, PASSEDBYVALUE, ALIGNMENT = double, CATEGORY = 'N');
--> base type money2: category
=== base type owner
ALTER TYPE money2 OWNER TO pg_monitor;
--> base type money2: owner
=== same: a type made and dropped
CREATE TYPE gone AS ENUM ('a');
DROP TYPE gone;
=== shell type completed
CREATE FUNCTION shelly_in(cstring) RETURNS shelly LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION shelly_out(shelly) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE TYPE shelly (INPUT = shelly_in, OUTPUT = shelly_out, LIKE = int8);
--> base type shelly: alignment
--> base type shelly: input
--> base type shelly: length
--> base type shelly: output
--> base type shelly: passed_by_value
--> base type shelly: shell
--> base type shelly: storage
--> function shelly_in(cstring): extra
--> function shelly_out(shelly): extra
=== base type of another make
DROP TYPE money2 CASCADE;
CREATE TYPE money2;
CREATE FUNCTION money2_in2(cstring) RETURNS money2 LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION money2_out2(money2) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION money2_recv(internal) RETURNS money2 LANGUAGE internal STABLE STRICT AS 'textrecv';
CREATE FUNCTION money2_send(money2) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'textsend';
CREATE TYPE money2 (INPUT = money2_in2, OUTPUT = money2_out2, RECEIVE = money2_recv, SEND = money2_send,
  TYPMOD_IN = numerictypmodin, TYPMOD_OUT = numerictypmodout, ANALYZE = ts_typanalyze,
  INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended, CATEGORY = 'S', PREFERRED = true,
  DEFAULT = '1', DELIMITER = ';', COLLATABLE = true);
--> base type money2: alignment
--> base type money2: analyze
--> base type money2: category
--> base type money2: collatable
--> base type money2: default
--> base type money2: delimiter
--> base type money2: input
--> base type money2: length
--> base type money2: output
--> base type money2: passed_by_value
--> base type money2: preferred
--> base type money2: receive
--> base type money2: send
--> base type money2: storage
--> base type money2: typmod_in
--> base type money2: typmod_out
--> function money2_in(cstring): missing
--> function money2_in2(cstring): extra
--> function money2_out(money2): missing
--> function money2_out2(money2): extra
--> function money2_recv(internal): extra
--> function money2_send(money2): extra
=== base type with elements
DROP TYPE money2 CASCADE;
CREATE TYPE money2;
CREATE FUNCTION money2_in(cstring) RETURNS money2 LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION money2_out(money2) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE TYPE money2 (INPUT = money2_in, OUTPUT = money2_out, INTERNALLENGTH = 8, ALIGNMENT = double, ELEMENT = int4, SUBSCRIPT = raw_array_subscript_handler);
--> base type money2: element
--> base type money2: passed_by_value
--> base type money2: subscript
=== base type grant
REVOKE USAGE ON TYPE money2 FROM PUBLIC;
--> base type money2: grant.PUBLIC
=== base type comment
COMMENT ON TYPE money2 IS 'more';
--> base type money2: comment
=== composite type grant
REVOKE USAGE ON TYPE pair FROM PUBLIC;
--> composite type pair: grant.PUBLIC
=== range type owner
ALTER TYPE textrange OWNER TO pg_monitor;
--> range type textrange: owner
=== range type grant
REVOKE USAGE ON TYPE textrange FROM PUBLIC;
--> range type textrange: grant.PUBLIC
=== range type canonical function
DROP TYPE days;
CREATE TYPE days;
CREATE FUNCTION days_canon(days) RETURNS days LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE days AS RANGE (subtype = integer, canonical = days_canon);
--> range type days: canonical
--> function days_canon(days): extra
=== range type gets a subtype difference
DROP TYPE days;
CREATE TYPE days AS RANGE (subtype = integer, subtype_diff = int4range_subdiff);
--> range type days: subtype_diff
=== domain collated
DROP DOMAIN word;
CREATE DOMAIN word AS text COLLATE "C" CONSTRAINT word_short CHECK (length(VALUE) < 9);
--> domain word: collation
=== domain constraint valid no more
ALTER DOMAIN word DROP CONSTRAINT word_short;
ALTER DOMAIN word ADD CONSTRAINT word_short CHECK (length(VALUE) < 9) NOT VALID;
--> domain constraint word_short on word: not_valid
=== domain not null by name [>=17]
ALTER DOMAIN given RENAME CONSTRAINT given_not_null TO wanted;
--> domain given: not_null_name

CREATE FUNCTION eq(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION ne(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE FUNCTION rev(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($2, $1)';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = bigint);
CREATE OPERATOR CLASS rev_ops FOR TYPE integer USING btree AS
  OPERATOR 1 > , OPERATOR 2 >= , OPERATOR 3 = , OPERATOR 4 <= , OPERATOR 5 < , FUNCTION 1 rev(integer, integer);
CREATE OPERATOR FAMILY fam USING btree;
CREATE COLLATION coll (LOCALE = 'C');
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE tmpl (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION conf (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR asciiword WITH simple;
=== operator missing
DROP OPERATOR === (integer, bigint);
--> operator ===(integer, bigint): missing
=== operator extra
CREATE OPERATOR <<<>>> (FUNCTION = ne, LEFTARG = integer, RIGHTARG = bigint);
--> operator <<<>>>(integer, bigint): extra
=== operator prefix
CREATE FUNCTION neg(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT -$1';
CREATE OPERATOR !!! (FUNCTION = neg, RIGHTARG = integer);
--> function neg(integer): extra
--> operator !!!(NONE, integer): extra
=== operator function
DROP OPERATOR === (integer, bigint);
CREATE OPERATOR === (FUNCTION = ne, LEFTARG = integer, RIGHTARG = bigint);
--> operator ===(integer, bigint): function
=== operator negator
CREATE OPERATOR !== (FUNCTION = ne, LEFTARG = integer, RIGHTARG = bigint, NEGATOR = ===);
--> operator !==(integer, bigint): extra
--> operator ===(integer, bigint): negator
=== operator commutator
CREATE FUNCTION eq2(bigint, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (FUNCTION = eq2, LEFTARG = bigint, RIGHTARG = integer, COMMUTATOR = ===);
--> function eq2(bigint, integer): extra
--> operator ===(bigint, integer): extra
--> operator ===(integer, bigint): commutator
=== operator restrict
ALTER OPERATOR === (integer, bigint) SET (RESTRICT = eqsel);
--> operator ===(integer, bigint): restrict
=== operator join
ALTER OPERATOR === (integer, bigint) SET (JOIN = eqjoinsel);
--> operator ===(integer, bigint): join
=== operator hashes
DROP OPERATOR === (integer, bigint);
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = bigint, HASHES);
--> operator ===(integer, bigint): hashes
=== operator merges
DROP OPERATOR === (integer, bigint);
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = bigint, MERGES);
--> operator ===(integer, bigint): merges
=== operator owner
ALTER OPERATOR === (integer, bigint) OWNER TO pg_monitor;
--> operator ===(integer, bigint): owner
=== operator comment
COMMENT ON OPERATOR === (integer, bigint) IS 'equal';
--> operator ===(integer, bigint): comment
=== operator class missing
DROP OPERATOR CLASS rev_ops USING btree;
--> operator class rev_ops USING btree: missing
=== operator class operators
DROP OPERATOR FAMILY rev_ops USING btree CASCADE;
CREATE OPERATOR CLASS rev_ops FOR TYPE integer USING btree AS
  OPERATOR 1 > , OPERATOR 2 >= , OPERATOR 3 = , OPERATOR 4 <= , FUNCTION 1 rev(integer, integer);
--> operator class rev_ops USING btree: operators
=== operator class function
DROP OPERATOR FAMILY rev_ops USING btree CASCADE;
CREATE OPERATOR CLASS rev_ops FOR TYPE integer USING btree AS
  OPERATOR 1 > , OPERATOR 2 >= , OPERATOR 3 = , OPERATOR 4 <= , OPERATOR 5 < , FUNCTION 1 btint4cmp(integer, integer);
--> operator class rev_ops USING btree: functions
=== operator class family
DROP OPERATOR FAMILY rev_ops USING btree CASCADE;
CREATE OPERATOR CLASS rev_ops FOR TYPE integer USING btree FAMILY fam AS
  OPERATOR 1 > , OPERATOR 2 >= , OPERATOR 3 = , OPERATOR 4 <= , OPERATOR 5 < , FUNCTION 1 rev(integer, integer);
--> operator family rev_ops USING btree: missing
--> operator class rev_ops USING btree: family
=== operator class default
CREATE TYPE pt AS (x integer);
CREATE FUNCTION pt_hash(pt) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x';
CREATE OPERATOR CLASS pt_ops DEFAULT FOR TYPE pt USING hash AS FUNCTION 1 pt_hash(pt);
--> composite type pt: extra
--> function pt_hash(pt): extra
--> operator family pt_ops USING hash: extra
--> operator class pt_ops USING hash: extra
=== operator class owner
ALTER OPERATOR CLASS rev_ops USING btree OWNER TO pg_monitor;
--> operator class rev_ops USING btree: owner
=== operator class comment
COMMENT ON OPERATOR CLASS rev_ops USING btree IS 'backwards';
--> operator class rev_ops USING btree: comment
=== operator family missing
DROP OPERATOR FAMILY fam USING btree;
--> operator family fam USING btree: missing
=== operator family extra
CREATE OPERATOR FAMILY extra USING hash;
--> operator family extra USING hash: extra
=== operator family members
ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (integer, integer), FUNCTION 1 btint4cmp(integer, integer);
--> operator family fam USING btree: functions
--> operator family fam USING btree: operators
=== operator family owner
ALTER OPERATOR FAMILY fam USING btree OWNER TO pg_monitor;
--> operator family fam USING btree: owner
=== operator family comment
COMMENT ON OPERATOR FAMILY fam USING btree IS 'kin';
--> operator family fam USING btree: comment
=== collation missing
DROP COLLATION coll;
--> collation coll: missing
=== collation extra
CREATE COLLATION extra FROM "C";
--> collation extra: extra
=== collation locale
DROP COLLATION coll;
CREATE COLLATION coll (LOCALE = 'POSIX');
--> collation coll: lc_collate
--> collation coll: lc_ctype
=== collation provider [may-lack]
DROP COLLATION coll;
CREATE COLLATION coll (PROVIDER = icu, LOCALE = 'de');
--> collation coll: lc_collate
--> collation coll: lc_ctype
--> collation coll: locale
--> collation coll: provider
=== collation deterministic [may-lack]
DROP COLLATION coll;
CREATE COLLATION coll (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false);
--> collation coll: deterministic
--> collation coll: lc_collate
--> collation coll: lc_ctype
--> collation coll: locale
--> collation coll: provider
=== collation rules [>=16] [may-lack]
DROP COLLATION coll;
CREATE COLLATION coll (PROVIDER = icu, LOCALE = 'de', RULES = '&V << w');
--> collation coll: lc_collate
--> collation coll: lc_ctype
--> collation coll: locale
--> collation coll: provider
--> collation coll: rules
=== collation builtin [>=17]
DROP COLLATION coll;
CREATE COLLATION coll (PROVIDER = builtin, LOCALE = 'C.UTF-8');
--> collation coll: lc_collate
--> collation coll: lc_ctype
--> collation coll: locale
--> collation coll: provider
=== collation owner
ALTER COLLATION coll OWNER TO pg_monitor;
--> collation coll: owner
=== collation comment
COMMENT ON COLLATION coll IS 'bytes';
--> collation coll: comment
=== conversion missing
DROP CONVERSION conv;
--> conversion conv: missing
=== conversion default
CREATE DEFAULT CONVERSION extra FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
--> conversion extra: extra
=== conversion encodings
DROP CONVERSION conv;
CREATE CONVERSION conv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
--> conversion conv: from
--> conversion conv: function
--> conversion conv: to
=== conversion owner
ALTER CONVERSION conv OWNER TO pg_monitor;
--> conversion conv: owner
=== conversion comment
COMMENT ON CONVERSION conv IS 'to utf8';
--> conversion conv: comment
=== text search parser missing
DROP TEXT SEARCH PARSER prs;
--> text search parser prs: missing
=== text search parser headline
DROP TEXT SEARCH PARSER prs;
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
--> text search parser prs: headline
=== text search parser comment
COMMENT ON TEXT SEARCH PARSER prs IS 'parses';
--> text search parser prs: comment
=== text search template missing
DROP TEXT SEARCH TEMPLATE tmpl;
--> text search template tmpl: missing
=== text search template init
DROP TEXT SEARCH TEMPLATE tmpl;
CREATE TEXT SEARCH TEMPLATE tmpl (INIT = dsimple_init, LEXIZE = dsimple_lexize);
--> text search template tmpl: init
=== text search template comment
COMMENT ON TEXT SEARCH TEMPLATE tmpl IS 'simple';
--> text search template tmpl: comment
=== text search dictionary missing
DROP TEXT SEARCH DICTIONARY dict;
--> text search dictionary dict: missing
=== text search dictionary template
DROP TEXT SEARCH DICTIONARY dict;
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = synonym, SYNONYMS = synonym_sample);
--> text search dictionary dict: options
--> text search dictionary dict: template
=== text search dictionary options
ALTER TEXT SEARCH DICTIONARY dict (Accept = false);
--> text search dictionary dict: options
=== text search dictionary owner
ALTER TEXT SEARCH DICTIONARY dict OWNER TO pg_monitor;
--> text search dictionary dict: owner
=== text search dictionary comment
COMMENT ON TEXT SEARCH DICTIONARY dict IS 'words';
--> text search dictionary dict: comment
=== text search configuration missing
DROP TEXT SEARCH CONFIGURATION conf;
--> text search configuration conf: missing
=== text search configuration parser
DROP TEXT SEARCH CONFIGURATION conf;
CREATE TEXT SEARCH CONFIGURATION conf (PARSER = prs);
--> text search configuration conf: mapping.asciiword
--> text search configuration conf: parser
=== text search configuration mapping
ALTER TEXT SEARCH CONFIGURATION conf ADD MAPPING FOR word WITH simple;
--> text search configuration conf: mapping.word
=== text search configuration dictionaries
ALTER TEXT SEARCH CONFIGURATION conf ALTER MAPPING FOR asciiword WITH dict, simple;
--> text search configuration conf: mapping.asciiword
=== text search configuration owner
ALTER TEXT SEARCH CONFIGURATION conf OWNER TO pg_monitor;
--> text search configuration conf: owner
=== text search configuration comment
COMMENT ON TEXT SEARCH CONFIGURATION conf IS 'search';
--> text search configuration conf: comment
=== same: an operator made and dropped
CREATE OPERATOR <<<>>> (FUNCTION = ne, LEFTARG = integer, RIGHTARG = bigint);
DROP OPERATOR <<<>>> (integer, bigint);

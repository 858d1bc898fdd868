//! Functions that fail, and where they look for what they name.

use expect_test::expect;
use gauntlet_runtime::isolation::Isolation;

use super::{LOWER, RENAMES, check, check_ok, text};

#[test]
fn a_column_under_a_function_in_sql() {
    let function = "CREATE FUNCTION label(place bigint) RETURNS text STABLE LANGUAGE sql AS $$
  SELECT nick FROM users WHERE id = place
$$;
";
    check(
        function,
        RENAMES,
        expect![[r#"
        populated: 1 finding

        1. after the up of 2_rename, function label(place bigint) fails
           --> migrations/2_rename.up.sql
           ERROR 42703: column "nick" does not exist

           help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop it where nothing calls it

           help: or, if nothing calls it before it is corrected (in the attribute):

                 populated(allow = [2])

        note: judged 1 new version
    "#]],
    );
    let used = format!(
        "{function}ALTER TABLE orders ADD CHECK (label(id) IS NULL OR true);
ALTER TABLE orders ADD note text DEFAULT label(1);
"
    );
    check(
        &used,
        RENAMES,
        expect![[r#"
        populated: 1 finding

        1. after the up of 2_rename, function label(place bigint) fails
           --> migrations/2_rename.up.sql
           ERROR 42703: column "nick" does not exist
           INSERT and UPDATE on table orders fail with it

           help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop it where nothing calls it

           help: or, if nothing calls it before it is corrected (in the attribute):

                 populated(allow = [2])

        note: judged 1 new version
    "#]],
    );
    // The server knows what such a body depends on.
    let atomic = "CREATE FUNCTION label(place bigint) RETURNS text STABLE
BEGIN ATOMIC SELECT nick FROM users WHERE id = place; END;
";
    check_ok(atomic, RENAMES);
}

#[test]
fn a_column_that_gives_a_variable_its_type() {
    let function = "CREATE FUNCTION longest() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  found users.nick%TYPE;
BEGIN
  RETURN found;
END $$;
";
    // What the server says of it depends on its version.
    for isolation in [Isolation::Database, Isolation::Schema] {
        let text = text(function, RENAMES, isolation, |suite| suite);
        assert!(text.contains("1. after the up of 2_rename, function longest() fails"), "{text}");
    }
}

#[test]
fn new_code_that_never_worked() {
    check(
        "",
        "--- 2_code.up.sql
SET check_function_bodies = off;
CREATE FUNCTION label(users) RETURNS text LANGUAGE sql AS 'SELECT $1.mail';
CREATE TABLE tags (id int PRIMARY KEY, name text);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION touch();
--- 2_code.down.sql
DROP TABLE tags;
DROP FUNCTION touch();
DROP FUNCTION label(users);
",
        expect![[r#"
            populated: 2 findings

            1. after the up of 2_code, function label(users) fails
               --> migrations/2_code.up.sql
               ERROR 42703: column "mail" not found in data type users

               help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop it where nothing calls it

               help: or, if nothing calls it before it is corrected (in the attribute):

                     populated(allow = [2])

            2. after the up of 2_code, INSERT on table tags fails in code of the database
               --> migrations/2_code.up.sql
               ERROR 42703: record "new" has no field "updated_at"
               CONTEXT: PL/pgSQL assignment "NEW.updated_at := now()"
                        PL/pgSQL function touch() line 3 at assignment

               help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

               help: or, if nothing writes like this before it is corrected (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    // A temporary table is there when the function runs.
    check_ok(
        "",
        "--- 2_code.up.sql
SET check_function_bodies = off;
CREATE FUNCTION gather() RETURNS bigint LANGUAGE sql AS 'CREATE TEMP TABLE found AS SELECT * FROM users; SELECT count(*) FROM found';
CREATE FUNCTION anything(anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
--- 2_code.down.sql
DROP FUNCTION gather();
DROP FUNCTION anything(anyelement);
",
    );
}

#[test]
fn the_search_path_of_a_function() {
    let label = |path: &str| {
        format!(
            "--- 2_code.up.sql
SET check_function_bodies = off;
CREATE FUNCTION label(place bigint) RETURNS text LANGUAGE sql SET search_path = {path} AS 'SELECT nick FROM users WHERE id = place';
--- 2_code.down.sql
DROP FUNCTION label(bigint);
"
        )
    };
    check(
        "",
        &label("''"),
        expect![[r#"
        populated: 1 finding

        1. after the up of 2_code, function label(place bigint) fails
           --> migrations/2_code.up.sql
           ERROR 42P01: relation "users" does not exist

           help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop it where nothing calls it

           help: or, if nothing calls it before it is corrected (in the attribute):

                 populated(allow = [2])

        note: judged 1 new version
    "#]],
    );
    check_ok(
        "",
        &label("DEFAULT").replace("SET search_path = DEFAULT", "SET search_path FROM CURRENT"),
    );
    // A program may have a path of its own.
    let apart = "CREATE SCHEMA shop;
CREATE TABLE shop.goods (id int PRIMARY KEY, name text);
";
    let new = "--- 2_code.up.sql
SET search_path = shop;
CREATE FUNCTION goods_of(int) RETURNS text LANGUAGE sql AS 'SELECT name FROM goods WHERE id = $1';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM FROM goods; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON goods FOR EACH ROW EXECUTE FUNCTION touch();
SET search_path = public;
--- 2_code.down.sql
DROP TRIGGER touch ON shop.goods;
DROP FUNCTION shop.touch();
DROP FUNCTION shop.goods_of(int);
";
    let text = text(apart, new, Isolation::Database, |suite| suite);
    assert_eq!(text, "populated: ok\npopulated: note: judged 1 new version\n");
}

#[test]
fn a_database_in_which_it_cannot_be_tried() {
    let code = "DROP EXTENSION plpgsql;
CREATE FUNCTION label(place bigint) RETURNS text LANGUAGE sql AS 'SELECT nick FROM users WHERE id = place';
";
    expect![[r#"
        populated: ok
        populated: note: functions and triggers of the database were not tried
           the database has no language plpgsql, in which they would be tried

        populated: note: judged 1 new version
    "#]]
    .assert_eq(&text(code, RENAMES, Isolation::Database, |suite| suite));
}

/// Only code that names `public` itself is left out in a schema of its own, not all whose names resemble it.
#[test]
fn a_function_that_names_public() {
    let code = format!(
        "CREATE FUNCTION low() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT email FROM public.users LIMIT 1); END';\n{LOWER}"
    );
    let text = text(&code, RENAMES, Isolation::Schema, |suite| suite);
    assert!(text.contains("UPDATE on table users fails in code of the database"), "{text}");
}

//! Functions and triggers of the database that a new version breaks, and those that it does not.

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check::Populated;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::suite::{PopulatedRules, Suite};

use crate::support::{Project, embedded, printed};

const TABLES: &str = "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, nick text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users, status text NOT NULL);
CREATE TABLE changes (what text);
";

const RENAMES: &str = "--- 2_rename.up.sql
ALTER TABLE users RENAME nick TO nickname;
--- 2_rename.down.sql
ALTER TABLE users RENAME nickname TO nick;
";

/// Keeps a column in lower case.
const LOWER: &str = "CREATE FUNCTION lower_nick() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.nick := lower(NEW.nick);
  RETURN NEW;
END $$;
CREATE TRIGGER lower_nick BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION lower_nick();
";

fn text(code: &str, new: &str, isolation: Isolation, settings: impl Fn(Suite) -> Suite) -> String {
    let old = format!("--- 1_old.up.sql\n{TABLES}{code}--- 1_old.down.sql\nSELECT 1;\n");
    let project = Project::new(&format!("{old}{new}"));
    let suite = project.suite().db(embedded()).isolation(isolation).shipped(1);
    printed(&settings(suite).report(Populated))
}

/// Compares what a person reads, in both isolations: `code` has shipped with the tables, `new` has not.
#[track_caller]
fn check_with(code: &str, new: &str, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    let first = text(code, new, Isolation::Database, &settings);
    expected.assert_eq(&first);
    let other = text(code, new, Isolation::Schema, &settings);
    assert_eq!(other, first, "the text is different in schema isolation");
}

#[track_caller]
fn check(code: &str, new: &str, expected: Expect) {
    check_with(code, new, |suite| suite, expected);
}

/// The same where nothing is found.
#[track_caller]
fn check_ok(code: &str, new: &str) {
    for isolation in [Isolation::Database, Isolation::Schema] {
        let text = text(code, new, isolation, |suite| suite);
        let rest = text.strip_prefix("populated: ok\npopulated: note: judged ");
        assert!(rest.is_some_and(|rest| rest.lines().count() == 1), "{text}");
    }
}

#[test]
fn a_column_under_a_trigger() {
    check(
        LOWER,
        RENAMES,
        expect![[r#"
        populated: 1 finding

        1. after the up of 2_rename, UPDATE on table users fails in code of the database
           --> migrations/2_rename.up.sql
           ERROR 42703: record "new" has no field "nick"
           CONTEXT: PL/pgSQL assignment "NEW.nick := lower(NEW.nick)"
                    PL/pgSQL function lower_nick() line 3 at assignment

           help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

           help: or, if nothing writes like this before it is corrected (in the attribute):

                 populated(allow = [2])

        note: judged 1 new version
    "#]],
    );
    let corrected =
        LOWER.replace("NEW.nick", "NEW.nickname").replace("CREATE", "CREATE OR REPLACE");
    check_ok(
        LOWER,
        &RENAMES.replace("--- 2_rename.down", &format!("{corrected}--- 2_rename.down")),
    );
    let dropped =
        "DROP TRIGGER lower_nick ON users;\nDROP FUNCTION lower_nick();\n--- 2_rename.down";
    let again = format!("{RENAMES}{LOWER}");
    check_ok(LOWER, &again.replace("--- 2_rename.down", dropped));
}

/// A row gets the values of another one; what is deferred is not put off.
#[test]
fn a_trigger_of_which_not_every_write_runs_all() {
    check(
        "CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.email IS DISTINCT FROM NEW.email THEN
    INSERT INTO changes (what) VALUES (OLD.email);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER note_change AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change();
",
        "--- 2_rename.up.sql
ALTER TABLE changes RENAME what TO subject;
--- 2_rename.down.sql
ALTER TABLE changes RENAME subject TO what;
",
        expect![[r#"
            populated: 1 finding

            1. after the up of 2_rename, UPDATE on table users fails in code of the database
               --> migrations/2_rename.up.sql
               ERROR 42703: column "what" of relation "changes" does not exist
               CONTEXT: PL/pgSQL function note_change() line 4 at SQL statement

               help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

               help: or, if nothing writes like this before it is corrected (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
}

/// What refers to a user does not keep all users from being deleted.
#[test]
fn a_deleted_row_and_several_tables() {
    check(
        "CREATE FUNCTION note_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changes (what) VALUES (TG_OP);
  RETURN NULL;
END $$;
CREATE TRIGGER note_gone AFTER INSERT OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION note_gone();
CREATE TRIGGER note_gone AFTER INSERT OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION note_gone();
",
        "--- 2_drop.up.sql
DROP TABLE changes;
--- 2_drop.down.sql
CREATE TABLE changes (what text);
",
        expect![[r#"
            populated: 2 findings

            1. after the up and the down of 2_drop, rows are not what they were
               --> migrations/2_drop.down.sql
               72 rows of table changes are gone, such as what 'INSERT'

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [2]

            2. after the up of 2_drop, writes to 2 tables fail in code of the database
               --> migrations/2_drop.up.sql
               INSERT on table orders fails
               INSERT on table users fails
               ERROR 42P01: relation "changes" does not exist
               CONTEXT: PL/pgSQL function note_gone() line 3 at SQL statement

               help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

               help: or, if nothing writes like this before it is corrected (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
}

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
fn a_default() {
    let function = "CREATE FUNCTION next_note() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT max(nick) FROM users);
END $$;
ALTER TABLE orders ADD note text DEFAULT next_note();
";
    check(
        function,
        RENAMES,
        expect![[r#"
        populated: 1 finding

        1. after the up of 2_rename, INSERT on table orders fails in code of the database
           --> migrations/2_rename.up.sql
           ERROR 42703: column "nick" does not exist
           CONTEXT: PL/pgSQL function next_note() line 3 at RETURN

           help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

           help: or, if nothing writes like this before it is corrected (in the attribute):

                 populated(allow = [2])

        note: judged 1 new version
    "#]],
    );
}

/// The version is right about the rows that are there.
#[test]
fn a_column_that_needs_a_value() {
    check(
        "CREATE FUNCTION note_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changes (what) VALUES (TG_OP);
  RETURN NULL;
END $$;
CREATE TRIGGER note_update AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_update();
",
        "--- 2_who.up.sql
ALTER TABLE changes ADD who text;
UPDATE changes SET who = 'nobody';
ALTER TABLE changes ALTER who SET NOT NULL;
--- 2_who.down.sql
ALTER TABLE changes DROP who;
",
        expect![[r#"
            populated: 1 finding

            1. after the up of 2_who, UPDATE on table orders fails in code of the database
               --> migrations/2_who.up.sql
               ERROR 23502: null value in column "who" of relation "changes" violates not-null constraint
               CONTEXT: SQL statement "INSERT INTO changes (what) VALUES (TG_OP)"
                        PL/pgSQL function note_update() line 3 at SQL statement

               help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

               help: or, if nothing writes like this before it is corrected (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_partition() {
    check(
        "CREATE TABLE events (day date, what text) PARTITION BY RANGE (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2030-01-01');
CREATE FUNCTION count_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE users SET nick = NEW.what WHERE id = 1;
  RETURN NEW;
END $$;
CREATE TRIGGER count_event BEFORE INSERT ON events_1 FOR EACH ROW EXECUTE FUNCTION count_event();
",
        RENAMES,
        expect![[r#"
            populated: 1 finding

            1. after the up of 2_rename, INSERT on table events fails in code of the database
               --> migrations/2_rename.up.sql
               ERROR 42703: column "nick" of relation "users" does not exist
               CONTEXT: PL/pgSQL function count_event() line 3 at SQL statement

               help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

               help: or, if nothing writes like this before it is corrected (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn what_a_later_version_corrects() {
    let corrected =
        LOWER.replace("NEW.nick", "NEW.nickname").replace("CREATE", "CREATE OR REPLACE");
    let new =
        format!("{RENAMES}--- 3_correct.up.sql\n{corrected}--- 3_correct.down.sql\nSELECT 1;\n");
    check_ok(LOWER, &new);
}

/// Under another name too.
#[test]
fn what_was_broken_before() {
    let broken = format!("{LOWER}ALTER TABLE users RENAME nick TO nickname;\n");
    let more = "--- 2_more.up.sql
ALTER TABLE orders ADD more int;
--- 2_more.down.sql
ALTER TABLE orders DROP more;
--- 3_people.up.sql
ALTER TABLE users RENAME TO people;
--- 3_people.down.sql
ALTER TABLE people RENAME TO users;
";
    check_ok(&broken, more);
}

#[test]
fn the_version_since_which_it_is_broken() {
    // The first one is applied without rows; the second breaks what rows are inserted with, and the third mends nothing.
    let new = "--- 2_strict.up.sql
ALTER TABLE orders ADD price int NOT NULL;
--- 2_strict.down.sql
ALTER TABLE orders DROP price;
--- 3_rename.up.sql
ALTER TABLE users RENAME nick TO nickname;
ALTER TABLE orders ADD more int NOT NULL;
--- 3_rename.down.sql
ALTER TABLE orders DROP more;
ALTER TABLE users RENAME nickname TO nick;
--- 4_other.up.sql
ALTER TABLE users ADD other int;
--- 4_other.down.sql
ALTER TABLE users DROP other;
";
    let code = LOWER.replace("BEFORE UPDATE", "BEFORE INSERT OR UPDATE");
    check_with(
        &code,
        new,
        |suite| suite.populated(PopulatedRules::new().allow([2])),
        expect![[r#"
            populated: 2 findings

            1. the up of 3_rename fails on rows that the schema allows
               --> migrations/3_rename.up.sql:2:1
               2 | ALTER TABLE orders ADD more int NOT NULL;
                 | ^
               ERROR 23502: column "more" of relation "orders" contains null values
               the row: id 700001, price 1, status 'a', user_id 700009

               help: give the column a DEFAULT, or add it without NOT NULL, fill it with UPDATE, and SET NOT NULL after that

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2, 3])

            2. after the up of 3_rename, INSERT on table users fails in code of the database
               --> migrations/3_rename.up.sql
               ERROR 42703: record "new" has no field "nick"
               CONTEXT: PL/pgSQL assignment "NEW.nick := lower(NEW.nick)"
                        PL/pgSQL function lower_nick() line 3 at assignment

               help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

               help: or, if nothing writes like this before it is corrected (in the attribute):

                     populated(allow = [2, 3])

            note: the up of 2_strict fails on rows that the schema allows
               --> migrations/2_strict.up.sql:1:1
               1 | ALTER TABLE orders ADD price int NOT NULL;
                 | ^
               ERROR 23502: column "price" of relation "orders" contains null values
               the row: id 700001, status 'a', user_id 700009

            note: no row was found for 1 table, so that the versions met none there
               table users: record "new" has no field "nick"

               help: seed them with rows of your own (in the attribute):

                     seeds = "seeds"

            note: judged 3 new versions
        "#]],
    );
}

/// The table gets another name after that.
#[test]
fn the_version_of_several() {
    let new = format!(
        "--- 2_more.up.sql
ALTER TABLE orders ADD more int;
--- 2_more.down.sql
ALTER TABLE orders DROP more;
{}--- 4_people.up.sql
ALTER TABLE users RENAME TO people;
--- 4_people.down.sql
ALTER TABLE people RENAME TO users;
",
        RENAMES.replace("2_", "3_")
    );
    check(
        LOWER,
        &new,
        expect![[r#"
        populated: 1 finding

        1. after the up of 3_rename, UPDATE on table people fails in code of the database
           --> migrations/3_rename.up.sql
           ERROR 42703: record "new" has no field "nick"
           CONTEXT: PL/pgSQL assignment "NEW.nick := lower(NEW.nick)"
                    PL/pgSQL function lower_nick() line 3 at assignment

           help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

           help: or, if nothing writes like this before it is corrected (in the attribute):

                 populated(allow = [3])

        note: judged 3 new versions
    "#]],
    );
}

#[test]
fn an_allowed_version() {
    check_with(
        LOWER,
        RENAMES,
        |suite| suite.populated(PopulatedRules::new().allow([2])),
        expect![[r#"
            populated: ok
            populated: note: after the up of 2_rename, UPDATE on table users fails in code of the database
               --> migrations/2_rename.up.sql
               ERROR 42703: record "new" has no field "nick"
               CONTEXT: PL/pgSQL assignment "NEW.nick := lower(NEW.nick)"
                        PL/pgSQL function lower_nick() line 3 at assignment

            populated: note: judged 1 new version
        "#]],
    );
}

/// The code works, and asks for something that the test is not.
#[test]
fn what_code_refuses_by_itself() {
    check_ok(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'orders are closed';
END $$;
CREATE FUNCTION owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.nick <> current_setting('shop.owner') THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_column';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role('role_of_another_place', 'MEMBER') THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION of_public() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM FROM orders;
  RETURN NEW;
END $$;
CREATE TABLE tags (name text);
CREATE TABLE more_tags (name text);
",
        "--- 2_triggers.up.sql
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER owner BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION owner();
CREATE TRIGGER member BEFORE UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION member();
CREATE TRIGGER of_public BEFORE UPDATE ON more_tags FOR EACH ROW EXECUTE FUNCTION of_public();
--- 2_triggers.down.sql
DROP TRIGGER of_public ON more_tags;
DROP TRIGGER member ON tags;
DROP TRIGGER owner ON users;
DROP TRIGGER refuse ON orders;
",
    );
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

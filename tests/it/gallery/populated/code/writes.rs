//! Writes to tables that fail in code of the database.

use expect_test::expect;

use super::{LOWER, RENAMES, check, check_ok};

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

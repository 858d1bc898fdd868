//! The defect gallery of `stairway`: downs that fail where the same statements would fail again.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;

use crate::support::{Case, check};

#[test]
fn a_trigger_refuses_what_would_restore_the_schema() {
    Case::new(
        Stairway,
        r"
--- 1_guard.up.sql
CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'nothing is dropped here' USING ERRCODE = 'P0077';
END
$$;
CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION refuse();
--- 1_guard.down.sql
DROP EVENT TRIGGER refuse;
DROP FUNCTION refuse();
--- 2_notes.up.sql
CREATE TABLE notes (id int);
--- 2_notes.down.sql
SELECT 1;
drop  table notes -- with its rows
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the down of 2_notes fails
           --> migrations/2_notes.down.sql:2:1
           2 | drop  table notes -- with its rows
             | ^
           ERROR P0077: nothing is dropped here
           CONTEXT: PL/pgSQL function refuse() line 3 at RAISE

           help: correct the down script, which may be edited even if it has shipped: it fails wherever this version is reverted
    "#]]);
}

#[test]
fn the_right_statement_fails() {
    check(
        Stairway,
        r"
--- 1_notes.up.sql
CREATE TABLE notes (id int);
--- 1_notes.down.sql
DROP TABLE notes;
--- 2_short.up.sql
SET LOCAL lock_timeout = 0;
ALTER TABLE notes ADD text text;
--- 2_short.down.sql
-- at once
ALTER TABLE notes DROP COLUMN text, DROP COLUMN size;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_short fails
               --> migrations/2_short.down.sql:2:1
               2 | ALTER TABLE notes DROP COLUMN text, DROP COLUMN size;
                 | ^
               ERROR 42703: column "size" of relation "notes" does not exist

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the values of column 'notes.text' are lost
                     ALTER TABLE notes DROP COLUMN text;
        "#]],
    );
}

/// A block that commits.
#[test]
fn a_block_that_commits() {
    check(
        Stairway,
        "--- 1_a.up.sql
CREATE TABLE a (id int);
DO $$BEGIN INSERT INTO a VALUES (1); COMMIT; END$$;
--- 1_a.down.sql
DROP TABLE a;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_a fails
               --> migrations/1_a.up.sql:2:4
               2 | DO $$BEGIN INSERT INTO a VALUES (1); COMMIT; END$$;
                 |    ^
               ERROR 2D000: invalid transaction termination
               CONTEXT: PL/pgSQL function inline_code_block line 1 at COMMIT

               help: what commits in a block or a procedure needs a migration of its own, whose first line is `-- no-transaction`, with no other statement in it
        "#]],
    );
}

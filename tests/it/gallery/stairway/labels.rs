//! The defect gallery of `stairway`: labels of enums, which PostgreSQL cannot take away.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;

use crate::support::{check, check_with};

#[test]
fn a_label_that_stays_is_a_note_when_the_up_can_run_again() {
    check(
        Stairway,
        r"
--- 1_mood.up.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
--- 1_mood.down.sql
DROP TYPE mood;
--- 2_add_glad.up.sql
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad' BEFORE 'happy';
--- 2_add_glad.down.sql
SELECT 'PostgreSQL cannot remove a label';
",
        expect![[r#"
            stairway: ok
            stairway: note: the down of 2_add_glad leaves glad in enum mood: PostgreSQL cannot remove a label
               --> migrations/2_add_glad.down.sql

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, ok, glad, happy)
        "#]],
    );
}

#[test]
fn a_label_that_stays_fails_a_strict_suite() {
    check_with(
        Stairway,
        r"
--- 1_mood.up.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE t (a int);
--- 1_mood.down.sql
DROP TABLE t;
DROP TYPE mood;
--- 2_add_glad.up.sql
ALTER TABLE t ADD COLUMN b int;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad' BEFORE 'happy';
--- 2_add_glad.down.sql
ALTER TABLE t DROP COLUMN b;
",
        |suite| suite.strict(true),
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_add_glad leaves glad in enum mood: PostgreSQL cannot remove a label
               --> migrations/2_add_glad.down.sql

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, ok, glad, happy)
        "#]],
    );
}

#[test]
fn a_label_that_stays_is_a_finding_when_the_up_cannot_run_again() {
    check(
        Stairway,
        r"
--- 1_mood.up.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE t (a int);
--- 1_mood.down.sql
DROP TABLE t;
DROP TYPE mood;
--- 2_add_glad.up.sql
ALTER TABLE t ADD COLUMN b int;
ALTER TYPE mood ADD VALUE 'glad';
--- 2_add_glad.down.sql
ALTER TABLE t DROP COLUMN b;
--- 3_more.up.sql
CREATE TABLE more (mood mood DEFAULT 'glad');
--- 3_more.down.sql
DROP TABLE more;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_add_glad does not restore the schema
               --> migrations/2_add_glad.down.sql
               the up then fails when it runs again: migrations/2_add_glad.up.sql:2:1
               ERROR 42710: enum label "glad" already exists

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, ok, happy, glad)

               help: use ADD VALUE IF NOT EXISTS in the up script so that it can run again: PostgreSQL cannot remove a label
        "#]],
    );
}

#[test]
fn labels_that_come_back_in_another_order() {
    check(
        Stairway,
        r"
--- 1_mood.up.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
--- 1_mood.down.sql
DROP TYPE mood;
--- 2_no_ok.up.sql
ALTER TYPE mood RENAME TO old_mood;
CREATE TYPE mood AS ENUM ('sad', 'happy');
DROP TYPE old_mood;
--- 2_no_ok.down.sql
ALTER TYPE mood ADD VALUE 'ok';
--- 3_more.up.sql
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';
--- 3_more.down.sql
-- a label cannot be removed
--- 4_most.up.sql
ALTER TYPE mood ADD VALUE 'ecstatic';
--- 4_most.down.sql
-- a label cannot be removed
",
        expect![[r#"
            stairway: 2 findings

            1. the down of 2_no_ok does not restore the schema
               --> migrations/2_no_ok.down.sql

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, happy, ok)

               help: add to the down script, which may be edited even if it has shipped:

                     DROP TYPE mood;
                     CREATE TYPE mood AS ENUM (
                         'sad',
                         'ok',
                         'happy'
                     );

            2. the down of 4_most does not restore the schema
               --> migrations/4_most.down.sql
               the up then fails when it runs again: migrations/4_most.up.sql:1:1
               ERROR 42710: enum label "ecstatic" already exists

               enum mood: labels
                 expected  (sad, happy, glad)
                 actual    (sad, happy, glad, ecstatic)

               help: use ADD VALUE IF NOT EXISTS in the up script so that it can run again: PostgreSQL cannot remove a label

            note: the down of 3_more leaves glad in enum mood: PostgreSQL cannot remove a label
               --> migrations/3_more.down.sql

               enum mood: labels
                 expected  (sad, happy)
                 actual    (sad, happy, glad)
        "#]],
    );
}

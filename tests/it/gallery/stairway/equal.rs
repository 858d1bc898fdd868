//! The gallery of `stairway`: differences that PostgreSQL decides, which no down can undo, and those that mean the same.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{Stairway, UpToDate};

use crate::support::{Case, check};

#[test]
fn statistics_follow_the_order_of_columns() {
    Case::new(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int PRIMARY KEY, v int, w int);
CREATE STATISTICS st_a ON v, w FROM a;
--- 1_a.down.sql
DROP TABLE a;
--- 2_b.up.sql
ALTER TABLE a DROP COLUMN v;
--- 2_b.down.sql
ALTER TABLE a ADD COLUMN v int;
CREATE STATISTICS st_a ON v, w FROM a;
",
    )
    .expect(expect![[r#"
        stairway: ok
        stairway: note: the down of 2_b restores columns in a different order: PostgreSQL adds a column at the end
           --> migrations/2_b.down.sql

           table a: column order
             expected  (id, v, w)
             actual    (id, w, v)
           statistics object st_a: columns
             expected  v, w
             actual    w, v
    "#]]);
}

#[test]
fn statistics_on_a_different_column() {
    check(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int PRIMARY KEY, v int, w int);
CREATE STATISTICS st_a ON v, w FROM a;
--- 1_a.down.sql
DROP TABLE a;
--- 2_b.up.sql
DROP STATISTICS st_a;
--- 2_b.down.sql
CREATE STATISTICS st_a ON id, w FROM a;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_b does not restore the schema
               --> migrations/2_b.down.sql

               statistics object st_a: columns
                 expected  v, w
                 actual    id, w

               help: add to the down script, which may be edited even if it has shipped:

                     DROP STATISTICS st_a;
                     CREATE STATISTICS st_a ON v, w FROM a;
        "#]],
    );
}

#[test]
fn a_column_becomes_local_by_leaving_its_parent() {
    check(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE animals (id int);
CREATE TABLE dogs (bark text) INHERITS (animals);
--- 1_a.down.sql
DROP TABLE dogs;
DROP TABLE animals;
--- 2_b.up.sql
ALTER TABLE dogs NO INHERIT animals;
--- 2_b.down.sql
ALTER TABLE dogs INHERIT animals;
",
        expect![[r#"
            stairway: ok
            stairway: note: the down of 2_b restores the schema except for cosmetic differences
               --> migrations/2_b.down.sql

               column dogs.id: inherited
                 expected  yes
                 actual    and local
        "#]],
    );
}

#[test]
fn a_parent_comes_back_behind_the_others() {
    let files = |down: &str| {
        format!(
            "
--- 1_pets.up.sql
CREATE TABLE pets (name text);
CREATE TABLE guards (name text);
CREATE TABLE dogs () INHERITS (pets, guards);
--- 1_pets.down.sql
DROP TABLE dogs, guards, pets;
--- 2_alone.up.sql
ALTER TABLE dogs NO INHERIT pets;
--- 2_alone.down.sql
{down}
"
        )
    };
    check(
        Stairway,
        &files("ALTER TABLE dogs INHERIT pets;"),
        expect![[r#"
        stairway: ok
        stairway: note: the down of 2_alone restores the schema except for cosmetic differences
           --> migrations/2_alone.down.sql

           table dogs: inherits
             expected  (pets, guards)
             actual    (guards, pets)
    "#]],
    );
    let other = "ALTER TABLE dogs INHERIT pets;\nALTER TABLE dogs NO INHERIT guards;";
    check(
        Stairway,
        &files(other),
        expect![[r#"
        stairway: 1 finding

        1. the down of 2_alone does not restore the schema
           --> migrations/2_alone.down.sql
           the up then creates a different schema when it runs again:
             table dogs: inherits: (guards) the first time, (none) the second
             column dogs.name: inherited: yes the first time, no the second

           table dogs: inherits
             expected  (pets, guards)
             actual    (pets)

           help: add to the down script, which may be edited even if it has shipped:

                 ALTER TABLE dogs INHERIT guards;
    "#]],
    );
}

#[test]
fn defaults_and_parameters_that_mean_the_same() {
    check(
        UpToDate,
        r"
--- 1_a.sql
CREATE TABLE a (v varchar(9) DEFAULT NULL, n numeric(5,2) DEFAULT NULL) WITH (autovacuum_enabled = off);
--- /schema.sql
CREATE TABLE a (v varchar(9), n numeric(5,2)) WITH (autovacuum_enabled = false);
",
        expect![[r#"
            up_to_date: ok
            up_to_date: note: the schema at head matches the model except for cosmetic differences

               table a: option autovacuum_enabled
                 expected  false
                 actual    off
               column a.n: default
                 expected  (none)
                 actual    NULL::numeric
               column a.v: default
                 expected  (none)
                 actual    NULL::character varying
        "#]],
    );
}

#[test]
fn defaults_and_parameters_that_do_not() {
    check(
        UpToDate,
        r"
--- 1_a.sql
CREATE DOMAIN code AS text DEFAULT 'x';
CREATE TABLE a (c code DEFAULT NULL) WITH (autovacuum_enabled = off);
--- /schema.sql
CREATE DOMAIN code AS text DEFAULT 'x';
CREATE TABLE a (c code) WITH (autovacuum_enabled = on);
",
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               table a: option autovacuum_enabled
                 expected  on
                 actual    off
               column a.c: default
                 expected  (none)
                 actual    NULL::text

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE a ALTER COLUMN c DROP DEFAULT;
                     ALTER TABLE a SET (autovacuum_enabled=on);
        "#]],
    );
}

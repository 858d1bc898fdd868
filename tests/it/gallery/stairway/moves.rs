//! The gallery of `stairway`: what an up moves to another schema, and a down forgets.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;

use crate::support::Case;

#[test]
fn a_table_in_another_schema_is_the_same_table() {
    Case::new(
        Stairway,
        r"
--- 1_people.up.sql
CREATE SCHEMA crm;
CREATE TYPE grade AS ENUM ('low', 'high');
CREATE TABLE people (id serial PRIMARY KEY, boss int REFERENCES people, grade grade DEFAULT 'low');
CREATE INDEX idx_people_boss ON people (boss);
CREATE TABLE notes (person int REFERENCES people);
CREATE VIEW bosses AS SELECT boss FROM people WHERE grade = 'high';
CREATE FUNCTION score(g grade) RETURNS int LANGUAGE sql AS 'SELECT 1';
--- 1_people.down.sql
DROP FUNCTION score;
DROP VIEW bosses;
DROP TABLE notes, people;
DROP TYPE grade;
DROP SCHEMA crm;
--- 2_move.up.sql
ALTER TABLE people SET SCHEMA crm;
ALTER TABLE crm.people ADD name text;
ALTER TYPE grade SET SCHEMA crm;
--- 2_move.down.sql
SELECT 'they are where they are';
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the down of 2_move changes nothing, although the up changed the schema
           --> migrations/2_move.down.sql

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 ALTER TYPE crm.grade SET SCHEMA public;
                 ALTER TABLE crm.people SET SCHEMA public;
                 -- the values of column 'people.name' are lost
                 ALTER TABLE people DROP COLUMN name;

           help: or declare the version irreversible (in the attribute):

                 irreversible = [2]
    "#]]);
}

#[test]
fn a_schema_with_another_name_is_the_same_schema() {
    Case::new(
        Stairway,
        r"
--- 1_crm.up.sql
CREATE SCHEMA crm;
CREATE TABLE crm.people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text CHECK (name <> ''));
CREATE FUNCTION crm.hello(p crm.people) RETURNS text LANGUAGE sql AS 'SELECT p.name';
CREATE VIEW hellos AS SELECT crm.hello(p) FROM crm.people p;
--- 1_crm.down.sql
DROP VIEW hellos;
DROP SCHEMA crm CASCADE;
--- 2_sales.up.sql
ALTER SCHEMA crm RENAME TO sales;
ALTER TABLE sales.people RENAME name TO title;
--- 2_sales.down.sql
ALTER TABLE sales.people RENAME title TO name;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the down of 2_sales does not restore the schema
           --> migrations/2_sales.down.sql
           the up then fails when it runs again: migrations/2_sales.up.sql:1:1
           ERROR 3F000: schema "crm" does not exist

           schema crm: not restored
           schema sales: left behind
           function crm.hello(crm.people): not restored
           function sales.hello(sales.people): left behind
           table crm.people: not restored
             (id integer, name text)
           table sales.people: left behind
             (id integer, name text)
           view hellos: definition (- expected, + actual)
             - SELECT crm.hello(p.*) AS hello
             -   FROM crm.people p;
             + SELECT sales.hello(p.*) AS hello
             +   FROM sales.people p;

           help: add to the down script, which may be edited even if it has shipped:

                 ALTER SCHEMA sales RENAME TO crm;
    "#]]);
}

#[test]
fn a_table_that_was_made_again_in_another_schema_is_another_table() {
    Case::new(
        Stairway,
        r"
--- 1_people.up.sql
CREATE SCHEMA crm;
CREATE TABLE people (id int);
--- 1_people.down.sql
DROP TABLE people;
DROP SCHEMA crm;
--- 2_again.up.sql
DROP TABLE people;
CREATE TABLE crm.people (id int);
--- 2_again.down.sql
SELECT 1;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the down of 2_again changes nothing, although the up changed the schema
           --> migrations/2_again.down.sql

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 -- the rows of table 'crm.people' are lost
                 DROP TABLE crm.people;
                 CREATE TABLE people (
                     id integer
                 );

           help: or declare the version irreversible (in the attribute):

                 irreversible = [2]
    "#]]);
}

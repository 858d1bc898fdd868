//! Ups that fail on rows, and those that do the same in a way that does not.

use expect_test::expect;

use super::{check, check_ok, check_version};

#[test]
fn not_null_without_a_default() {
    check_version(
        "ALTER TABLE users ADD COLUMN name text NOT NULL;",
        "ALTER TABLE users DROP COLUMN name;",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:1:1
               1 | ALTER TABLE users ADD COLUMN name text NOT NULL;
                 | ^
               ERROR 23502: column "name" of relation "users" contains null values
               the row: age 0, email '', id 700001, nick 'a'

               help: give the column a DEFAULT, or add it without NOT NULL, fill it with UPDATE, and SET NOT NULL after that

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check_ok(
        "ALTER TABLE users ADD COLUMN name text;
UPDATE users SET name = email;
ALTER TABLE users ALTER COLUMN name SET NOT NULL;",
        "ALTER TABLE users DROP COLUMN name;",
    );
    check_ok(
        "ALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT '';",
        "ALTER TABLE users DROP COLUMN name;",
    );
}

#[test]
fn set_not_null() {
    check_version(
        "ALTER TABLE users ALTER COLUMN age SET NOT NULL;",
        "ALTER TABLE users ALTER COLUMN age DROP NOT NULL;",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:1:1
               1 | ALTER TABLE users ALTER COLUMN age SET NOT NULL;
                 | ^
               ERROR 23502: column "age" of relation "users" contains null values
               the row: age NULL, email 'ABC', id 700008, nick 'word'

               help: fill the column with UPDATE before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check_ok(
        "ALTER TABLE users ALTER COLUMN email SET DEFAULT '';",
        "ALTER TABLE users ALTER COLUMN email DROP DEFAULT;",
    );
}

#[test]
fn unique() {
    check_version(
        "CREATE UNIQUE INDEX users_email ON users (email);",
        "DROP INDEX users_email;",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:1:1
               1 | CREATE UNIQUE INDEX users_email ON users (email);
                 | ^
               ERROR 23505: could not create unique index "users_email"
               DETAIL: Key (email)=(42) is duplicated.

               help: make the rows different, or remove the ones too many, before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check_ok("CREATE UNIQUE INDEX users_email ON users (email, id);", "DROP INDEX users_email;");
}

#[test]
fn check_constraint() {
    check_version(
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (price > 0);",
        "ALTER TABLE orders DROP CONSTRAINT positive;",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:1:1
               1 | ALTER TABLE orders ADD CONSTRAINT positive CHECK (price > 0);
                 | ^
               ERROR 23514: check constraint "positive" of relation "orders" is violated by some row
               the row: id 700001, note 'a', price -1, status 'sent', updated_at '0001-01-01T00:00:00+00:00', user_id 700009

               help: correct the rows before the statement, or add the constraint NOT VALID and VALIDATE it in a later version, when they are corrected

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check_ok(
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (price > 0) NOT VALID;",
        "ALTER TABLE orders DROP CONSTRAINT positive;",
    );
}

#[test]
fn foreign_key() {
    check_version(
        "CREATE TABLE countries (id int PRIMARY KEY);
ALTER TABLE users ADD CONSTRAINT users_age FOREIGN KEY (age) REFERENCES countries;",
        "ALTER TABLE users DROP CONSTRAINT users_age;
DROP TABLE countries;",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:2:1
               2 | ALTER TABLE users ADD CONSTRAINT users_age FOREIGN KEY (age) REFERENCES countries;
                 | ^
               ERROR 23503: insert or update on table "users" violates foreign key constraint "users_age"
               DETAIL: Key (age)=(0) is not present in table "countries".

               help: correct the rows before the statement, or add the foreign key NOT VALID and VALIDATE it in a later version, when they are corrected

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn types() {
    check_version(
        "ALTER TABLE users ALTER COLUMN email TYPE int USING email::int;",
        "ALTER TABLE users ALTER COLUMN email TYPE text;",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:1:1
               1 | ALTER TABLE users ALTER COLUMN email TYPE int USING email::int;
                 | ^
               ERROR 22P02: invalid input syntax for type integer: ""

               help: say with USING what becomes of such a value, or correct the rows before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check_version(
        "ALTER TABLE users ALTER COLUMN email TYPE varchar(20);",
        "ALTER TABLE users ALTER COLUMN email TYPE text;",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:1:1
               1 | ALTER TABLE users ALTER COLUMN email TYPE varchar(20);
                 | ^
               ERROR 22001: value too long for type character varying(20)

               help: say with USING what becomes of such a value, or correct the rows before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check_ok(
        "ALTER TABLE users ALTER COLUMN nick TYPE text;",
        "ALTER TABLE users ALTER COLUMN nick TYPE varchar(40);",
    );
}

#[test]
fn each_faulty_version_costs_one_finding() {
    check(
        "--- 2_a.up.sql
ALTER TABLE users ADD COLUMN a int NOT NULL;
--- 2_a.down.sql
ALTER TABLE users DROP COLUMN a;
--- 3_fine.up.sql
CREATE TABLE tags (id int PRIMARY KEY, name text UNIQUE);
--- 3_fine.down.sql
DROP TABLE tags;
--- 4_b.up.sql
ALTER TABLE tags ADD COLUMN b int NOT NULL;
--- 4_b.down.sql
ALTER TABLE tags DROP COLUMN b;
",
        expect![[r#"
            populated: 2 findings

            1. the up of 2_a fails on rows that the schema allows
               --> migrations/2_a.up.sql:1:1
               1 | ALTER TABLE users ADD COLUMN a int NOT NULL;
                 | ^
               ERROR 23502: column "a" of relation "users" contains null values
               the row: age 0, email '', id 700001, nick 'a'

               help: give the column a DEFAULT, or add it without NOT NULL, fill it with UPDATE, and SET NOT NULL after that

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            2. the up of 4_b fails on rows that the schema allows
               --> migrations/4_b.up.sql:1:1
               1 | ALTER TABLE tags ADD COLUMN b int NOT NULL;
                 | ^
               ERROR 23502: column "b" of relation "tags" contains null values
               the row: id 700001, name 'qq key'

               help: give the column a DEFAULT, or add it without NOT NULL, fill it with UPDATE, and SET NOT NULL after that

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [4])

            note: judged 3 new versions
        "#]],
    );
}

#[test]
fn what_a_version_refuses_itself_and_what_it_inserts_is_noted() {
    check_version(
        "DO $$ BEGIN IF EXISTS (SELECT FROM users) THEN RAISE EXCEPTION 'empty the table users first'; END IF; END $$;
ALTER TABLE users ADD COLUMN a int NOT NULL;",
        "ALTER TABLE users DROP COLUMN a;",
        expect![[r#"
            populated: ok
            populated: note: the up of 2_new refuses rows with an error of its own
               --> migrations/2_new.up.sql:1:4
               1 | DO $$ BEGIN IF EXISTS (SELECT FROM users) THEN RAISE EXCEPTION 'empty the table users first'; END IF; END $$;
                 |    ^
               ERROR P0001: empty the table users first
               CONTEXT: PL/pgSQL function inline_code_block line 1 at RAISE

            populated: note: judged 1 new version
        "#]],
    );
    check(
        "--- 2_mode.up.sql
CREATE TABLE modes (sole boolean PRIMARY KEY DEFAULT true CHECK (sole), name text);
--- 2_mode.down.sql
DROP TABLE modes;
--- 3_row.up.sql
INSERT INTO modes (name) VALUES ('dark');
--- 3_row.down.sql
DELETE FROM modes;
",
        expect![[r#"
            populated: ok
            populated: note: a row that the up of 3_row inserts may be there already
               --> migrations/3_row.up.sql:1:1
               1 | INSERT INTO modes (name) VALUES ('dark');
                 | ^
               ERROR 23505: duplicate key value violates unique constraint "modes_pkey"
               DETAIL: Key (sole)=(t) already exists.

               help: if the application can have made such a row, add ON CONFLICT

            populated: note: judged 2 new versions
        "#]],
    );
}

#[test]
fn rows_of_a_lookup_table_do_not_collide() {
    check(
        "--- 2_lookup.up.sql
CREATE TABLE countries (id serial PRIMARY KEY, code varchar(2) NOT NULL UNIQUE);
--- 2_lookup.down.sql
DROP TABLE countries;
--- 3_rows.up.sql
INSERT INTO countries (id, code) VALUES (1, 'DE'), (2, 'FR');
INSERT INTO countries (code) SELECT 'IT' WHERE false;
--- 3_rows.down.sql
DELETE FROM countries WHERE id < 3;
",
        expect![[r#"
            populated: ok
            populated: note: judged 2 new versions
        "#]],
    );
}

#[test]
fn rows_that_others_refer_to() {
    check_version(
        "DELETE FROM users;",
        "SELECT 1;",
        expect![[r#"
        populated: 1 finding

        1. the up of 2_new fails on rows that the schema allows
           --> migrations/2_new.up.sql:1:1
           1 | DELETE FROM users;
             | ^
           ERROR 23503: update or delete on table "users" violates foreign key constraint "orders_user_id_fkey" on table "orders"
           DETAIL: Key (id)=(700001) is still referenced from table "orders".

           help: bring the rows of both tables into agreement with the foreign key before the statement

           help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

           help: or, if this version may fail on such rows (in the attribute):

                 populated(allow = [2])

        note: judged 1 new version
    "#]],
    );
    check_version(
        "UPDATE orders SET status = 'lost';",
        "SELECT 1;",
        expect![[r#"
        populated: 1 finding

        1. the up of 2_new fails on rows that the schema allows
           --> migrations/2_new.up.sql:1:1
           1 | UPDATE orders SET status = 'lost';
             | ^
           ERROR 23514: new row for relation "orders" violates check constraint "orders_status_check"
           DETAIL: Failing row contains (700001, 700009, -1.00, a, lost, 0001-01-01 00:00:00+00).

           help: let the statement write only what the constraint allows, or correct the rows before it

           help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

           help: or, if this version may fail on such rows (in the attribute):

                 populated(allow = [2])

        note: judged 1 new version
    "#]],
    );
}

/// Several rows of a table refer to the same row of another one, unless a key says that they do not.
#[test]
fn what_holds_for_one_row_of_a_foreign_key_only() {
    check(
        "--- 2_new.up.sql
CREATE UNIQUE INDEX orders_by_user ON orders (user_id);
--- 2_new.down.sql
DROP INDEX orders_by_user;
",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:1:1
               1 | CREATE UNIQUE INDEX orders_by_user ON orders (user_id);
                 | ^
               ERROR 23505: could not create unique index "orders_by_user"
               DETAIL: Key (user_id)=(700023) is duplicated.

               help: make the rows different, or remove the ones too many, before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check(
        "--- 2_new.up.sql
UPDATE users SET email = (SELECT user_id::text FROM orders WHERE orders.user_id = users.id);
--- 2_new.down.sql
SELECT 1;
",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:1:1
               1 | UPDATE users SET email = (SELECT user_id::text FROM orders WHERE orders.user_id = users.id);
                 | ^
               ERROR 21000: more than one row returned by a subquery used as an expression

               help: let the subquery return one row for any rows that there may be

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
}

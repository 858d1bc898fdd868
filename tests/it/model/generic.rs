//! Generic structs, next to a derive that has a `model` attribute as well, with references to tables that need quotes.

// The tests read no rows.
#![allow(dead_code)]

use expect_test::expect;
use gauntlet::{Model, models};

use super::structs::check;

const HISTORY: &str = r#"
CREATE TABLE "user" (id bigint PRIMARY KEY);
CREATE TABLE groups (
    id bigint PRIMARY KEY,
    parent bigint,
    owner bigint NOT NULL REFERENCES "user" (id)
)"#;

#[derive(sqlx::FromRow, Model)]
#[model(enum, whatever = "another derive reads")]
#[gauntlet_model(table = "groups")]
struct Group<I = i64> {
    #[gauntlet_model(primary_key)]
    id: I,
    parent: Option<I>,
    #[model(of = "another derive")]
    #[gauntlet_model(references = "user(id)")]
    owner: i64,
}

#[derive(sqlx::FromRow, Model)]
struct User {
    id: i64,
}

#[test]
fn a_generic_struct_is_checked_as_it_is_given() {
    check(HISTORY, models![Group<i64>, User], expect![["up_to_date: ok\n"]]);
    check(
        HISTORY,
        models![Group<String>, User],
        expect![[r#"
            up_to_date: 2 findings

            1. column groups.id is bigint in the database, but `Group::id` is `I`, which sqlx reads from text: reading the column fails at run time
               --> tests/it/model/generic.rs:…
                 expected  text
                 actual    bigint

               help: if the database is right, give `id` a type that sqlx reads from bigint, such as `i64`

               help: if the model is right, add a migration:

                     ALTER TABLE groups DROP CONSTRAINT groups_owner_fkey;
                     ALTER TABLE groups ALTER COLUMN id TYPE text USING id::text;
                     -- rows whose owner is in no row of "user" need another value first
                     ALTER TABLE groups ADD CONSTRAINT groups_owner_fkey FOREIGN KEY (owner) REFERENCES "user"(id);

            2. column groups.parent is bigint in the database, but `Group::parent` is `Option<I>`, which sqlx reads from text: reading the column fails at run time
               --> tests/it/model/generic.rs:…
                 expected  text
                 actual    bigint

               help: if the database is right, give `parent` a type that sqlx reads from bigint, such as `i64`

               help: if the model is right, add a migration:

                     ALTER TABLE groups ALTER COLUMN parent TYPE text USING parent::text;
        "#]],
    );
    check(
        HISTORY,
        models![Group<Option<i64>>, User],
        expect![[r#"
        up_to_date: 1 finding

        1. column groups.id is NOT NULL in the database, but `Group::id` is an `Option`: writing a `None` fails at run time
           --> tests/it/model/generic.rs:…
             expected  nullable
             actual    NOT NULL

           help: if the model is right, add a migration:

                 ALTER TABLE groups ALTER COLUMN id DROP NOT NULL;

           help: if the migrations are right, take the `Option` away; if the field is `None` for other reasons, put #[model(not_null)] on it
    "#]],
    );
}

#[test]
fn a_reference_to_a_keyword_that_is_not_there() {
    let history = HISTORY.replace("REFERENCES \"user\" (id)", "");
    check(
        &history,
        models![Group, User],
        expect![[r#"
        up_to_date: 1 finding

        1. no foreign key of groups is the one that `Group` states
           --> tests/it/model/generic.rs:…
             expected  FOREIGN KEY (owner) REFERENCES "user"(id)
             actual    no foreign key

           help: if the model is right, add a migration:

                 ALTER TABLE groups ADD FOREIGN KEY (owner) REFERENCES "user"(id);
    "#]],
    );
}

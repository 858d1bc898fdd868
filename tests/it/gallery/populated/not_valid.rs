//! Constraints that were added NOT VALID: rows from before them need not meet them.

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check::Populated;
use gauntlet_runtime::finding::{Report, Status};

use super::SHIPPED;
use crate::support::{Project, embedded, printed};

const ADD: &str = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (price > 0) NOT VALID;";
const REPAIR: &str = "UPDATE orders SET price = 1 WHERE price <= 0;";
const VALIDATE: &str = "ALTER TABLE orders VALIDATE CONSTRAINT positive;";

/// Versions 2 and 3 after a first one, of which `shipped` have shipped.
fn report(shipped: i64, two: &str, three: &str) -> Report {
    let new = format!("--- 2_add.up.sql\n{two}\n--- 3_validate.up.sql\n{three}\n");
    let project = Project::new(&format!("{SHIPPED}{new}"));
    project.suite().db(embedded()).shipped(shipped).report(Populated)
}

#[track_caller]
fn check(shipped: i64, two: &str, three: &str, expected: Expect) {
    expected.assert_eq(&printed(&report(shipped, two, three)));
}

#[track_caller]
fn passes(shipped: i64, two: &str, three: &str) {
    let report = report(shipped, two, three);
    assert_eq!(report.status(), Status::Passed, "{}", printed(&report));
}

#[test]
fn both_are_new() {
    check(
        1,
        ADD,
        VALIDATE,
        expect![[r#"
            populated: 1 finding

            1. the up of 3_validate fails on rows that the schema allows
               --> migrations/3_validate.up.sql:1:1
               1 | ALTER TABLE orders VALIDATE CONSTRAINT positive;
                 | ^
               ERROR 23514: check constraint "positive" of relation "orders" is violated by some row
               positive is NOT VALID: rows from before it need not meet it

               help: correct the rows in a version before this one

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [3])

            note: judged 2 new versions
        "#]],
    );
    passes(1, &format!("{ADD}\n{REPAIR}"), VALIDATE);
    passes(1, ADD, &format!("{REPAIR}\n{VALIDATE}"));
}

#[test]
fn the_constraint_has_shipped() {
    check(
        2,
        ADD,
        VALIDATE,
        expect![[r#"
            populated: 1 finding

            1. the up of 3_validate fails on rows that the schema allows
               --> migrations/3_validate.up.sql:1:1
               1 | ALTER TABLE orders VALIDATE CONSTRAINT positive;
                 | ^
               ERROR 23514: check constraint "positive" of relation "orders" is violated by some row
               positive is NOT VALID: rows from before it need not meet it

               help: correct the rows in a version before this one

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [3])

            note: judged 1 new version
        "#]],
    );
    passes(2, &format!("{ADD}\n{REPAIR}"), VALIDATE);
    passes(2, ADD, &format!("{REPAIR}\n{VALIDATE}"));
}

/// A constraint whose name the server has chosen, and a foreign key that old rows do not meet.
#[test]
fn other_constraints_that_have_shipped() {
    check(
        2,
        "ALTER TABLE orders ADD CHECK (price > 0) NOT VALID;",
        "ALTER TABLE orders VALIDATE CONSTRAINT orders_price_check;",
        expect![[r#"
            populated: 1 finding

            1. the up of 3_validate fails on rows that the schema allows
               --> migrations/3_validate.up.sql:1:1
               1 | ALTER TABLE orders VALIDATE CONSTRAINT orders_price_check;
                 | ^
               ERROR 23514: check constraint "orders_price_check" of relation "orders" is violated by some row
               orders_price_check is NOT VALID: rows from before it need not meet it

               help: correct the rows in a version before this one

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [3])

            note: judged 1 new version
        "#]],
    );
    let key = "CREATE TABLE notes (note text PRIMARY KEY);
ALTER TABLE orders ADD CONSTRAINT known FOREIGN KEY (note) REFERENCES notes NOT VALID;";
    let validate = "ALTER TABLE orders VALIDATE CONSTRAINT known;";
    let repair = "INSERT INTO notes SELECT DISTINCT note FROM orders WHERE note IS NOT NULL ON CONFLICT DO NOTHING;";
    check(
        2,
        key,
        validate,
        expect![[r#"
            populated: 1 finding

            1. the up of 3_validate fails on rows that the schema allows
               --> migrations/3_validate.up.sql:1:1
               1 | ALTER TABLE orders VALIDATE CONSTRAINT known;
                 | ^
               ERROR 23503: insert or update on table "orders" violates foreign key constraint "known"
               DETAIL: Key (note)=(a) is not present in table "notes".
               known is NOT VALID: rows from before it need not meet it

               help: correct the rows in a version before this one

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [3])

            note: judged 1 new version
        "#]],
    );
    passes(2, key, &format!("{repair}\n{validate}"));
}

/// A shipped version that fails on old rows leaves the check with those that meet the constraint.
#[test]
fn what_has_shipped_is_not_judged() {
    passes(2, &format!("{ADD}\nALTER TABLE orders ADD CHECK (price > -1);"), VALIDATE);
}

/// An update of another column fails on old rows too.
#[test]
fn rows_that_do_not_meet_a_constraint_cannot_be_updated() {
    check(
        2,
        ADD,
        "UPDATE orders SET note = 'none';",
        expect![[r#"
            populated: 1 finding

            1. the up of 3_validate fails on rows that the schema allows
               --> migrations/3_validate.up.sql:1:1
               1 | UPDATE orders SET note = 'none';
                 | ^
               ERROR 23514: new row for relation "orders" violates check constraint "positive"
               DETAIL: Failing row contains (700001, 700009, -1.00, none, sent, 0001-01-01 00:00:00+00).
               positive is NOT VALID: rows from before it need not meet it

               help: let the statement write only what the constraint allows, or correct the rows before it

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [3])

            note: judged 1 new version
        "#]],
    );
}

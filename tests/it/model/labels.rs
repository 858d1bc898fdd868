//! Drift between an enum at head and the model.

use expect_test::expect;

use crate::model::columns::check;

#[test]
fn a_missing_label() {
    check(
        "ALTER TABLE orders ALTER status DROP DEFAULT, ALTER status TYPE text; DROP TYPE order_status; \
         CREATE TYPE order_status AS ENUM ('pending', 'sent'); \
         ALTER TABLE orders ALTER status TYPE order_status USING status::order_status, ALTER status SET DEFAULT 'pending'",
        expect![[r#"
            up_to_date: 1 finding

            1. enum order_status has no label 'paid', which `OrderStatus::Paid` writes: the query fails at run time
               --> tests/it/model/shop.rs:38:5
                 expected  (pending, paid, sent)
                 actual    (pending, sent)

               help: if the model is right, add a migration:

                     ALTER TYPE order_status ADD VALUE 'paid' AFTER 'pending';
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               enum order_status: labels
                 expected  (pending, paid, sent)
                 actual    (pending, sent)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TYPE order_status ADD VALUE 'paid' AFTER 'pending';
        "#]],
    );
}

#[test]
fn a_label_that_rust_does_not_know() {
    check(
        "ALTER TYPE order_status ADD VALUE 'returned'",
        expect![[r#"
        up_to_date: 1 finding

        1. enum order_status has a label 'returned', which `OrderStatus` does not know: reading it fails at run time
           --> tests/it/model/shop.rs:36:17
             expected  (pending, paid, sent)
             actual    (pending, paid, sent, returned)

           help: add a variant; PostgreSQL cannot remove a label, only create the type again
    "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               enum order_status: labels
                 expected  (pending, paid, sent)
                 actual    (pending, paid, sent, returned)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;
                     ALTER TYPE order_status RENAME TO order_status_old;
                     CREATE TYPE order_status AS ENUM (
                         'pending',
                         'paid',
                         'sent'
                     );
                     -- rows whose status is no order_status need another value first
                     ALTER TABLE orders ALTER COLUMN status TYPE order_status USING status::text::order_status;
                     ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending'::order_status;
                     DROP TYPE order_status_old;
        "#]],
    );
}

#[test]
fn the_order_of_labels() {
    check(
        "ALTER TYPE order_status RENAME VALUE 'paid' TO 'x'; ALTER TYPE order_status RENAME VALUE 'sent' TO 'paid'; \
         ALTER TYPE order_status RENAME VALUE 'x' TO 'sent'",
        expect![[r#"
            up_to_date: 1 finding

            1. enum order_status has its labels in another order than `OrderStatus`: ORDER BY and < follow the database, #[derive(PartialOrd)] follows the enum
               --> tests/it/model/shop.rs:36:17
                 expected  (pending, paid, sent)
                 actual    (pending, sent, paid)

               help: put the variants into the database's order; PostgreSQL cannot reorder labels, only create the type again
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               enum order_status: labels
                 expected  (pending, paid, sent)
                 actual    (pending, sent, paid)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;
                     ALTER TYPE order_status RENAME TO order_status_old;
                     CREATE TYPE order_status AS ENUM (
                         'pending',
                         'paid',
                         'sent'
                     );
                     -- rows whose status is no order_status need another value first
                     ALTER TABLE orders ALTER COLUMN status TYPE order_status USING status::text::order_status;
                     ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending'::order_status;
                     DROP TYPE order_status_old;
        "#]],
    );
}

//! Drift between constraints and indexes at head and the model.

use expect_test::expect;

use crate::model::columns::check;

#[test]
fn a_check() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_quantity_check, ADD CONSTRAINT orders_quantity_check CHECK (quantity >= 0)",
        expect![[r#"
            up_to_date: 1 finding

            1. no CHECK of orders says what `Order` states
               --> tests/it/model/shop.rs:27:21
                 expected  CHECK ((quantity > 0))
                 actual    CHECK ((quantity >= 0))

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_quantity_check;
                     ALTER TABLE orders ADD CHECK (quantity > 0);
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               constraint orders_quantity_check on orders: definition
                 expected  CHECK ((quantity > 0))
                 actual    CHECK ((quantity >= 0))

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_quantity_check;
                     -- rows that break orders_quantity_check need other values first
                     ALTER TABLE orders ADD CONSTRAINT orders_quantity_check CHECK ((quantity > 0));
        "#]],
    );
}

#[test]
fn a_check_that_guards_an_enum_of_numbers() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_priority_check, ADD CONSTRAINT orders_priority_check CHECK (priority BETWEEN 0 AND 3)",
        expect![[r#"
            up_to_date: 1 finding

            1. the CHECK of column orders.priority admits more than `Priority` knows, such as 3: reading that fails at run time
               --> tests/it/model/shop.rs:29:5
                 expected  CHECK (priority IN (0, 1, 2))
                 actual    CHECK (((priority >= 0) AND (priority <= 3)))

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_priority_check;
                     ALTER TABLE orders ADD CHECK (priority IN (0, 1, 2));

               help: if the column is guarded otherwise, put #[model(unguarded)] on the field
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               constraint orders_priority_check on orders: definition
                 expected  CHECK ((priority = ANY (ARRAY[0, 1, 2])))
                 actual    CHECK (((priority >= 0) AND (priority <= 3)))

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_priority_check;
                     -- rows that break orders_priority_check need other values first
                     ALTER TABLE orders ADD CONSTRAINT orders_priority_check CHECK ((priority = ANY (ARRAY[0, 1, 2])));
        "#]],
    );
}

#[test]
fn a_check_that_guards_too_much() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_priority_check, ADD CONSTRAINT orders_priority_check CHECK (priority IN (0, 1))",
        expect![[r#"
            up_to_date: 1 finding

            1. the CHECK of column orders.priority does not admit 2, which `Priority` writes: the query fails at run time
               --> tests/it/model/shop.rs:29:5
                 expected  CHECK (priority IN (0, 1, 2))
                 actual    CHECK ((priority = ANY (ARRAY[0, 1])))

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_priority_check;
                     ALTER TABLE orders ADD CHECK (priority IN (0, 1, 2));

               help: if the column is guarded otherwise, put #[model(unguarded)] on the field
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               constraint orders_priority_check on orders: definition
                 expected  CHECK ((priority = ANY (ARRAY[0, 1, 2])))
                 actual    CHECK ((priority = ANY (ARRAY[0, 1])))

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_priority_check;
                     -- rows that break orders_priority_check need other values first
                     ALTER TABLE orders ADD CONSTRAINT orders_priority_check CHECK ((priority = ANY (ARRAY[0, 1, 2])));
        "#]],
    );
}

#[test]
fn a_guard_that_is_gone() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_priority_check",
        expect![[r#"
        up_to_date: 1 finding

        1. no CHECK limits column orders.priority to the values of `Priority`: reading any other value fails at run time
           --> tests/it/model/shop.rs:29:5
             expected  CHECK (priority IN (0, 1, 2))
             actual    no CHECK

           help: if the model is right, add a migration:

                 ALTER TABLE orders ADD CHECK (priority IN (0, 1, 2));

           help: if the column is guarded otherwise, put #[model(unguarded)] on the field
    "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               constraint orders_priority_check on orders: in the model but not at head
                 CHECK ((priority = ANY (ARRAY[0, 1, 2])))

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     -- rows that break orders_priority_check need other values first
                     ALTER TABLE orders ADD CONSTRAINT orders_priority_check CHECK ((priority = ANY (ARRAY[0, 1, 2])));
        "#]],
    );
}

#[test]
fn a_foreign_key() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey, ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)",
        expect![[r#"
            up_to_date: 1 finding

            1. no foreign key of orders is the one that `Order` states
               --> tests/it/model/shop.rs:23:33
                 expected  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
                 actual    FOREIGN KEY (user_id) REFERENCES users(id)

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
                     ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               constraint orders_user_id_fkey on orders: definition
                 expected  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
                 actual    FOREIGN KEY (user_id) REFERENCES users(id)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
                     -- rows whose user_id is in no row of users need another value first
                     ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
        "#]],
    );
}

#[test]
fn a_primary_key() {
    check(
        "ALTER TABLE users ADD tenant bigint NOT NULL DEFAULT 0; ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey; \
         ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (tenant, id)",
        expect![[r#"
            up_to_date: 2 findings

            1. the primary key of users is not the one that `User` states
               --> tests/it/model/shop.rs:11:5
                 expected  (id)
                 actual    (tenant, id)

               help: if the model is right, add a migration:

                     ALTER TABLE users DROP CONSTRAINT users_pkey;
                     ALTER TABLE users ADD PRIMARY KEY (id);

            2. the foreign key that `Order` states cannot be made on orders as it is at head: users(id) ON DELETE CASCADE
               --> tests/it/model/shop.rs:23:33
               ERROR 42830: there is no unique constraint matching given keys for referenced table "users"
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               constraint orders_user_id_fkey on orders: in the model but not at head
                 FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
               column users.tenant: at head but not in the model
                 bigint NOT NULL DEFAULT 0
               constraint users_pkey on users: definition
                 expected  PRIMARY KEY (id)
                 actual    PRIMARY KEY (tenant, id)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration; THIS ONE DESTROYS DATA:

                     ALTER TABLE users DROP CONSTRAINT users_pkey;
                     -- the values of column 'users.tenant' are lost
                     ALTER TABLE users DROP COLUMN tenant;
                     ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
                     -- rows whose user_id is in no row of users need another value first
                     ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
        "#]],
    );
}

#[test]
fn an_index() {
    check(
        "DROP INDEX orders_user_id_idx",
        expect![[r#"
        up_to_date: 1 finding

        1. no index of orders begins with user_id, as `Order` states
           --> tests/it/model/shop.rs:23:13
             expected  (user_id)
             actual    no index

           help: if the model is right, add a migration:

                 CREATE INDEX ON orders (user_id);
    "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               index orders_user_id_idx on orders: in the model but not at head
                 CREATE INDEX orders_user_id_idx ON orders USING btree (user_id)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     CREATE INDEX orders_user_id_idx ON orders (user_id);
        "#]],
    );
}

#[test]
fn a_unique_index() {
    check(
        "DROP INDEX users_email_key; CREATE UNIQUE INDEX users_email_key ON users (email)",
        expect![[r#"
            up_to_date: 1 finding

            1. no unique index of users is the one that `User` states
               --> tests/it/model/shop.rs:8:35
                 expected  btree (lower(email))
                 actual    users_email_key: btree (email)

               help: if the model is right, add a migration:

                     -- rows that have the same lower(email) need other values first
                     CREATE UNIQUE INDEX ON users (lower(email));
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               index users_email_key on users: key columns
                 expected  (lower(email))
                 actual    (email)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     DROP INDEX users_email_key;
                     -- rows that have the same lower(email) need other values first
                     CREATE UNIQUE INDEX users_email_key ON users (lower(email));
        "#]],
    );
}

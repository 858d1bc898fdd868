//! `schema`, `diff` and `drift`.

use expect_test::expect;

use crate::folders::shop;

#[test]
fn schema_writes_head() {
    shop().run(&["schema"]).assert(0, expect![[r#"
        -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

        CREATE TABLE users (
            id bigint NOT NULL,
            email text,
            CONSTRAINT users_pkey PRIMARY KEY (id)
        );
    "#]]);
}

#[test]
fn diff_compares_files_folders_and_versions() {
    let folder = shop();
    folder
        .write("schema.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n");
    folder.run(&["diff", "migrations", "migrations"]).assert(
        0,
        expect![[r#"
        the schemas are equal
    "#]],
    );
    folder.run(&["diff", "schema.sql", "migrations"]).assert(
        1,
        expect![[r#"
        migrations differs from schema.sql

           column users.email: nullability
             expected  NOT NULL
             actual    NULL
    "#]],
    );
    folder.run(&["diff", "migrations@1", "migrations", "--sql"]).assert(
        1,
        expect![[r#"
        ALTER TABLE users ADD COLUMN email text;
    "#]],
    );
    folder.run(&["diff", "migrations@7", "migrations"]).assert(
        2,
        expect![[r#"
        error: no version fits "7"; the nearest are:
          2_email
          1_users
    "#]],
    );
    folder.run(&["diff", "nowhere.sql", "migrations"]).assert(2, expect![[r#"
        error: nowhere.sql is neither a file, nor a folder of migrations, nor a URL that begins with postgres://
    "#]]);
}

#[test]
fn drift_compares_a_database_and_only_reads_it() {
    let folder = shop();
    folder.live(|db| {
        let url = db.url();
        folder.run(&["drift", &url]).assert(
            0,
            expect![[r#"
            the database is what its migrations make
        "#]],
        );
        db.execute("ALTER TABLE users ALTER email SET NOT NULL");
        db.execute("UPDATE _sqlx_migrations SET version = 9 WHERE version = 2");
        folder.write("migrations/3_phone.up.sql", "ALTER TABLE users ADD phone text;\n");
        folder.write("migrations/3_phone.down.sql", "ALTER TABLE users DROP phone;\n");
        folder.run(&["drift", &url]).assert(
            1,
            expect![[r#"
                drift: 2 findings

                1. the database has version 9, which the history does not have

                   help: bring its script back, or deploy the program that knows it: one that does not refuses to start

                2. the schema of the database differs from the one that its migrations make

                   column users.email: not made by the migrations
                     text NOT NULL

                note: 2 versions are not applied yet
            "#]],
        );
    });
}

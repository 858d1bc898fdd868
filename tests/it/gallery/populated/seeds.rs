//! Seeds come first: generated rows go to tables without any.

use expect_test::expect;
use gauntlet_runtime::stage::Seed;

use super::check_with;

#[test]
fn a_table_with_a_seed_gets_no_generated_rows() {
    let unique = "--- 2_unique.up.sql
CREATE UNIQUE INDEX users_email ON users (email);
--- 2_unique.down.sql
DROP INDEX users_email;
";
    check_with(
        unique,
        |suite| suite.seed("2", Seed::sql("INSERT INTO users (email) VALUES ('a@b.c'), ('d@e.f')")),
        expect![[r#"
            populated: ok
            populated: note: judged 1 new version
        "#]],
    );
    check_with(
        unique,
        |suite| suite.seed("2", Seed::sql("INSERT INTO users (email) VALUES ('a@b.c'), ('a@b.c')")),
        expect![[r#"
            populated: 1 finding

            1. the up of 2_unique fails on the rows of the seeds
               --> migrations/2_unique.up.sql:1:1
               1 | CREATE UNIQUE INDEX users_email ON users (email);
                 | ^
               ERROR 23505: could not create unique index "users_email"
               DETAIL: Key (email)=(a@b.c) is duplicated.

               help: make the rows different, or remove the ones too many, before the statement

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_seed_meets_no_generated_rows() {
    // Its rows would not go in if generated ones had taken the only place.
    check_with(
        "--- 2_mode.up.sql
CREATE TABLE modes (sole boolean PRIMARY KEY DEFAULT true CHECK (sole), name text);
--- 2_mode.down.sql
DROP TABLE modes;
--- 3_more.up.sql
ALTER TABLE users ADD COLUMN more int;
--- 3_more.down.sql
ALTER TABLE users DROP COLUMN more;
--- 4_seeded.up.sql
ALTER TABLE modes ADD COLUMN n int NOT NULL;
--- 4_seeded.down.sql
ALTER TABLE modes DROP COLUMN n;
",
        |suite| suite.seed_at("3", Seed::sql("INSERT INTO modes (name) VALUES ('seed')")),
        expect![[r#"
            populated: 1 finding

            1. the up of 4_seeded fails on the rows of the seeds
               --> migrations/4_seeded.up.sql:1:1
               1 | ALTER TABLE modes ADD COLUMN n int NOT NULL;
                 | ^
               ERROR 23502: column "n" of relation "modes" contains null values

               help: give the column a DEFAULT, or add it without NOT NULL, fill it with UPDATE, and SET NOT NULL after that

            note: 2 new versions have no seed: 2_mode, 4_seeded

            note: judged 3 new versions
        "#]],
    );
}

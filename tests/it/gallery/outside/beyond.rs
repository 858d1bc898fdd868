//! What no database holds.

use expect_test::expect;
use gauntlet_runtime::checks::Check::SingleHead;

use crate::support::check;

/// Nothing can refuse it to a superuser, and nothing takes it back.
#[test]
fn what_no_database_holds_is_noted() {
    check(
        SingleHead,
        "--- 1_users.up.sql
CREATE TABLE users (id int);
DO $$ BEGIN
    COPY users TO PROGRAM 'cat > /dev/null';
END $$;
--- 1_users.down.sql
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'app';
DROP TABLE users;
",
        expect![[r#"
            single_head: ok
            single_head: note: the up of 1_users runs a program on the server's machine
               --> migrations/1_users.up.sql:3:5

               help: it does so in every test that runs the version, and nothing takes that back: leave it out of the migrations, or see that a repetition does no harm

            single_head: note: the down of 1_users ends what other sessions do
               --> migrations/1_users.down.sql:1:8

               help: it does so in every test that runs the version, and nothing takes that back: leave it out of the migrations, or see that a repetition does no harm
        "#]],
    );
}

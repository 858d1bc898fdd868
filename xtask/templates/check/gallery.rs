//! The defect gallery of `NAME`.

use expect_test::expect;
use gauntlet_runtime::checks::Check::VARIANT;

use crate::support::check;

#[test]
fn passes() {
    check(
        VARIANT,
        "--- 1_users.sql\nCREATE TABLE users (id int);\n",
        expect![[r#"
            NAME: ok
        "#]],
    );
}

#[test]
fn fails() {
    check(
        VARIANT,
        "--- 1_TODO.sql\nCREATE TABLE users (id int);\n",
        expect![[r#"
            NAME: 1 finding

            1. 1_TODO is still to do

               help: name the migration after what it does
        "#]],
    );
}

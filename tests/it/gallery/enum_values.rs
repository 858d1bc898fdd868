//! The defect gallery of `enum_values`.

use expect_test::expect;
use gauntlet_runtime::checks::Check::EnumValues;

use super::mood::{self, EQUAL, with_model};
use crate::support::check;

#[test]
fn an_equal_model_passes() {
    mood::an_equal_model_passes(EnumValues);
}

#[test]
fn enum_labels_in_order() {
    let more = EQUAL.replace("'sad', 'ok', 'happy'", "'sad', 'ok', 'glad', 'happy'");
    check(
        EnumValues,
        &with_model(&more),
        expect![[r#"
            enum_values: 1 finding

            1. the enum labels at head do not match the model, as `up_to_date` reports in full: enum mood
        "#]],
    );
    let order = EQUAL.replace("'sad', 'ok', 'happy'", "'ok', 'sad', 'happy'");
    check(
        EnumValues,
        &with_model(&order),
        expect![[r#"
            enum_values: 1 finding

            1. the enum labels at head do not match the model, as `up_to_date` reports in full: enum mood
        "#]],
    );
    let another = format!("CREATE TYPE size AS ENUM ('s', 'm');{EQUAL}");
    check(
        EnumValues,
        &with_model(&another),
        expect![[r#"
            enum_values: 1 finding

            1. the enum labels at head do not match the model, as `up_to_date` reports in full: enum size
        "#]],
    );
}

//! Casts.

use crate::catalog::{Object, ObjectId};

pub(crate) fn create(id: &ObjectId, object: &Object) -> String {
    let how = match (object.text("function"), object.text("method")) {
        (Some(function), _) => format!("WITH FUNCTION {function}"),
        (None, Some("with inout")) => "WITH INOUT".to_owned(),
        _ => "WITHOUT FUNCTION".to_owned(),
    };
    let context = match object.text("context") {
        Some("assignment") => " AS ASSIGNMENT",
        Some("implicit") => " AS IMPLICIT",
        _ => "",
    };
    format!("CREATE CAST {} {how}{context}", id.name)
}

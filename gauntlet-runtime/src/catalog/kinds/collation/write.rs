//! Collations.

use crate::catalog::write::names::name;
use crate::catalog::write::writer::block;
use crate::catalog::{Object, ObjectId};
use crate::names::quote_literal;

pub(crate) fn create(id: &ObjectId, object: &Object) -> String {
    let mut lines = vec![format!("PROVIDER = {}", object.text("provider").unwrap_or("libc"))];
    let (collate, ctype) = (object.text("lc_collate"), object.text("lc_ctype"));
    match (object.text("locale"), collate, ctype) {
        (Some(locale), ..) => lines.push(format!("LOCALE = {}", quote_literal(locale))),
        (None, Some(collate), Some(ctype)) if collate == ctype => {
            lines.push(format!("LOCALE = {}", quote_literal(collate)));
        }
        (None, collate, ctype) => {
            for (word, value) in [("LC_COLLATE", collate), ("LC_CTYPE", ctype)] {
                if let Some(value) = value {
                    lines.push(format!("{word} = {}", quote_literal(value)));
                }
            }
        }
    }
    if object.has("deterministic") {
        lines.push("DETERMINISTIC = false".to_owned());
    }
    if let Some(rules) = object.text("rules") {
        lines.push(format!("RULES = {}", quote_literal(rules)));
    }
    format!("CREATE COLLATION {} (\n{}\n)", name(id), block(&lines))
}

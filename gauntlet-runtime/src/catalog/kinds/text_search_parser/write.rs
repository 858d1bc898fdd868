//! Text search parsers, and the form that they share with templates.

use crate::catalog::Object;
use crate::catalog::write::writer::block;

pub(crate) fn parts(head: &str, object: &Object, attributes: &[&str]) -> String {
    let word = |attribute: &str| match attribute {
        "token" => "GETTOKEN".to_owned(),
        other => other.to_uppercase(),
    };
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(|attribute| Some(format!("{} = {}", word(attribute), object.text(attribute)?)))
        .collect();
    format!("{head} (\n{}\n)", block(&lines))
}

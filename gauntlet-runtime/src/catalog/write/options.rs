//! Storage parameters and the options of foreign objects.

use crate::catalog::Object;
use crate::catalog::write::writer::{Alter, Changed};
use crate::names::{quote_if_needed, quote_literal};

/// The statement that sets or resets one storage parameter, on `ALTER <what>`: `SET (fillfactor=70)`.
pub(crate) fn option(alter: &str, name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("{alter} SET ({})", setting(name, value)),
        None => format!("{alter} RESET ({name})"),
    }
}

/// `fillfactor='70'` as the server prints it in `pg_get_indexdef`.
pub(crate) fn setting(name: &str, value: &str) -> String {
    let plain = !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    if plain { format!("{name}={value}") } else { format!("{name}={}", quote_literal(value)) }
}

/// All storage parameters as `(a=1, b=2)`; `None` when there are none.
pub(crate) fn options(object: &Object) -> Option<String> {
    let all: Vec<String> = object
        .prefixed("option.")
        .map(|(name, value)| setting(name, value.as_text().unwrap_or_default()))
        .collect();
    (!all.is_empty()).then(|| format!("({})", all.join(", ")))
}

/// Generic options of foreign objects (`prefix` is `option.` or `fdw_option.`): ` OPTIONS (a 'b')`.
pub(crate) fn foreign_options(object: &Object, prefix: &str) -> String {
    let all: Vec<String> = object
        .prefixed(prefix)
        .map(|(name, value)| {
            let value = quote_literal(value.as_text().unwrap_or_default());
            format!("{} {value}", quote_if_needed(name))
        })
        .collect();
    if all.is_empty() { String::new() } else { format!(" OPTIONS ({})", all.join(", ")) }
}

/// `OPTIONS (ADD a 'b')`, `OPTIONS (SET …)` or `OPTIONS (DROP a)`.
pub(crate) fn foreign_option(name: &str, expected: Option<&str>, actual: Option<&str>) -> String {
    let name = quote_if_needed(name);
    match (expected, actual) {
        (Some(value), None) => format!("OPTIONS (ADD {name} {})", quote_literal(value)),
        (Some(value), Some(_)) => format!("OPTIONS (SET {name} {})", quote_literal(value)),
        (None, _) => format!("OPTIONS (DROP {name})"),
    }
}

/// The change of an `option.` attribute of a foreign object; `None` for other attributes.
pub(crate) fn alter_foreign(head: &str, c: &Changed<'_>) -> Option<Alter> {
    let option = c.attribute.strip_prefix("option.")?;
    Some(Alter::one(format!("{head} {}", foreign_option(option, c.wanted(), c.found()))))
}

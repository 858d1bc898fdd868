//! The names that PostgreSQL makes for constraints, indexes and sequences.

use super::{MAX_IDENTIFIER_BYTES, truncate_ident};

/// Joins the names of a table and perhaps of columns, and a label such as `idx`, to the name of an object. Where
/// the whole exceeds 63 bytes, the longer of both names is cut first.
///
/// Source: `makeObjectName` in `src/backend/commands/indexcmds.c`.
pub fn make_object_name(first: &str, second: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(second.is_some());
    let available = MAX_IDENTIFIER_BYTES.saturating_sub(overhead);
    let (mut one, mut two) = (first.len(), second.map_or(0, str::len));
    while one + two > available {
        if one > two { one -= 1 } else { two -= 1 }
    }
    let first = truncate_ident(first, one);
    match second {
        Some(second) => format!("{first}_{}_{label}", truncate_ident(second, two)),
        None => format!("{first}_{label}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_name_is_cut() {
        assert_eq!(make_object_name("users", None, "pkey"), "users_pkey");
        assert_eq!(make_object_name("users", Some("id"), "seq"), "users_id_seq");
        let table = "a".repeat(60);
        let name = make_object_name(&table, Some("some_column"), "not_null");
        assert_eq!(name.len(), 63);
        assert!(name.ends_with("a_some_column_not_null"));
    }
}

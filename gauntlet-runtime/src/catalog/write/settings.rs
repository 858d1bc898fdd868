//! Settings that belong to a function, a database or a role.

use crate::names::{quote_if_needed, quote_literal};

/// Settings whose values are lists of names: each is quoted by itself.
const LISTS: &[&str] = &[
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

/// The name of a setting: `work_mem`, `app.tenant`.
pub(crate) fn name(setting: &str) -> String {
    setting.split('.').map(quote_if_needed).collect::<Vec<_>>().join(".")
}

/// `SET work_mem TO '8MB'`, for functions, databases and roles.
pub(crate) fn set(setting: &str, value: &str) -> String {
    let name = name(setting);
    if LISTS.contains(&setting) {
        let names: Vec<String> =
            identifiers(value).iter().map(|name| quote_literal(name)).collect();
        let names = if names.is_empty() { "''".to_owned() } else { names.join(", ") };
        return format!("SET {name} TO {names}");
    }
    format!("SET {name} TO {}", quote_literal(value))
}

/// `"$user", public` as its names.
fn identifiers(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut name = String::new();
            let mut chars = quoted.char_indices().peekable();
            let mut end = quoted.len();
            while let Some((at, c)) = chars.next() {
                if c != '"' {
                    name.push(c);
                } else if chars.next_if(|(_, next)| *next == '"').is_some() {
                    name.push('"');
                } else {
                    end = at + 1;
                    break;
                }
            }
            names.push(name);
            rest = &quoted[end..];
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            names.push(rest[..end].trim().to_owned());
            rest = &rest[end..];
        }
        rest = rest.trim_start().trim_start_matches(',').trim_start();
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_functions() {
        assert_eq!(
            set("search_path", r#""$user", public"#),
            "SET search_path TO '$user', 'public'"
        );
        assert_eq!(set("search_path", r#""""#), "SET search_path TO ''");
        assert_eq!(set("work_mem", "8MB"), "SET work_mem TO '8MB'");
        assert_eq!(set("app.tenant", ""), "SET app.tenant TO ''");
    }
}

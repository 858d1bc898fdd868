//! The database itself: `ALTER DATABASE` and `ALTER ROLE … IN DATABASE`, whatever it is called where they run.

use crate::catalog::Object;
use crate::catalog::write::settings::{name as setting_name, set};
use crate::catalog::write::writer::{Alter, Changed, DATABASE, at_database};
use crate::names::quote_if_needed;

/// The statements that give a new database its settings.
pub(crate) fn create(object: &Object) -> Vec<String> {
    object
        .attributes
        .iter()
        .filter_map(|(attribute, value)| statement(attribute, value.as_text()))
        .map(|sql| at_database(&sql))
        .collect()
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    match statement(c.attribute, c.wanted()) {
        Some(sql) => Alter::one(at_database(&sql)),
        None => Alter::No(format!("no statement changes {} of a database", c.attribute)),
    }
}

/// The statement that sets one attribute, or sets it back; `None` for those that any object may have.
fn statement(attribute: &str, value: Option<&str>) -> Option<String> {
    let head = format!("ALTER DATABASE {DATABASE}");
    match attribute {
        "connection_limit" => Some(format!("{head} CONNECTION LIMIT {}", value.unwrap_or("-1"))),
        "template" => Some(format!("{head} IS_TEMPLATE {}", value.is_some())),
        _ => {
            let setting = attribute.strip_prefix("set.")?;
            let (setting, head) = match setting.split_once(OF_ROLE) {
                Some((setting, role)) => (
                    setting,
                    format!("ALTER ROLE {} IN DATABASE {DATABASE}", quote_if_needed(role)),
                ),
                None => (setting, head),
            };
            Some(match value {
                Some(value) => format!("{head} {}", set(setting, value)),
                None => format!("{head} RESET {}", setting_name(setting)),
            })
        }
    }
}

/// What stands between a setting and the role for which it was made; no setting has a blank in its name.
pub(crate) const OF_ROLE: &str = " of role ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_a_database_and_of_a_role_in_it() {
        let shown = |attribute: &str, value| statement(attribute, value).unwrap();
        assert_eq!(
            shown("set.search_path", Some("app, public")),
            "ALTER DATABASE \u{1} SET search_path TO 'app', 'public'"
        );
        assert_eq!(
            shown("set.app.tenant of role Web App", None),
            "ALTER ROLE \"Web App\" IN DATABASE \u{1} RESET app.tenant"
        );
        assert_eq!(statement("comment", Some("x")), None);
    }
}

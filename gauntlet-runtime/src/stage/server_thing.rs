//! Things of the server that outlive a database: roles, their settings, tablespaces, settings of the server.

use std::collections::BTreeSet;
use std::fmt;

use super::reach::Reach;
use crate::catalog::write::settings::{name as setting_name, set};
use crate::driver::{self, PgConnection};
use crate::error::Result;
use crate::names::{quote_ident, quote_if_needed};

/// A thing of the server that outlives a database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerThing {
    /// A role, by name.
    Role(String),
    /// A setting of a role in all databases (`ALTER ROLE … SET`).
    RoleSetting {
        /// The role; `None` for all roles.
        role: Option<String>,
        /// The name of the setting.
        name: String,
        /// Its value.
        value: String,
    },
    /// A tablespace, by name.
    Tablespace(String),
    /// A setting of the server (`ALTER SYSTEM`).
    SystemSetting {
        /// The name of the setting.
        name: String,
        /// Its value.
        value: String,
    },
}

/// `role app`, `setting work_mem of role app`.
impl fmt::Display for ServerThing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(name) => write!(f, "role {name}"),
            Self::RoleSetting { role: Some(role), name, .. } => {
                write!(f, "setting {name} of role {role}")
            }
            Self::RoleSetting { role: None, name, .. } => write!(f, "setting {name} of all roles"),
            Self::Tablespace(name) => write!(f, "tablespace {name}"),
            Self::SystemSetting { name, .. } => write!(f, "setting {name} of the server"),
        }
    }
}

impl ServerThing {
    /// The statement that removes it.
    pub(crate) fn removal(&self) -> String {
        match self {
            Self::Role(name) => format!("DROP ROLE {}", quote_ident(name)),
            Self::RoleSetting { role, name, .. } => {
                format!("ALTER ROLE {} RESET {}", role_name(role.as_deref()), setting_name(name))
            }
            Self::Tablespace(name) => format!("DROP TABLESPACE {}", quote_ident(name)),
            Self::SystemSetting { name, .. } => {
                format!("ALTER SYSTEM RESET {}", setting_name(name))
            }
        }
    }

    /// The statement that brings a setting back.
    pub(super) fn restoration(&self) -> Option<String> {
        match self {
            Self::Role(_) | Self::Tablespace(_) => None,
            Self::RoleSetting { role, name, value } => {
                Some(format!("ALTER ROLE {} {}", role_name(role.as_deref()), set(name, value)))
            }
            Self::SystemSetting { name, value } => {
                Some(format!("ALTER SYSTEM {}", set(name, value)))
            }
        }
    }

    /// The statement that takes back what made it, where `before` existed before: a setting gets its old value.
    pub(crate) fn undo(&self, before: &BTreeSet<ServerThing>) -> String {
        let same = |other: &&ServerThing| other.to_string() == self.to_string();
        let old = before.iter().find(same).and_then(ServerThing::restoration);
        old.unwrap_or_else(|| self.removal())
    }
}

fn role_name(role: Option<&str>) -> String {
    role.map_or_else(|| "ALL".to_owned(), quote_if_needed)
}

const ROLE_SETTINGS: &str = "
    SELECT r.rolname::text, pg_catalog.split_part(c, '=', 1), pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)
    FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
        pg_catalog.unnest(s.setconfig) c
    WHERE s.setdatabase = 0 AND (s.setrole = 0 OR r.oid IS NOT NULL)";

/// Those of the system itself have lower numbers.
const TABLESPACES: &str = "SELECT spcname::text FROM pg_catalog.pg_tablespace WHERE oid >= 16384";

/// What `ALTER SYSTEM` has written. For superusers, as that statement is.
const SYSTEM_SETTINGS: &str = "
    SELECT name, coalesce(setting, '') FROM pg_catalog.pg_file_settings
    WHERE sourcefile LIKE '%postgresql.auto.conf' AND name IS NOT NULL";

/// What exists now of the sorts that the scripts change, except for roles.
pub(super) async fn read(conn: &mut PgConnection, reach: &Reach) -> Result<BTreeSet<ServerThing>> {
    let mut things = BTreeSet::new();
    if reach.role_settings {
        let rows: Vec<(Option<String>, String, String)> =
            driver::query_as(ROLE_SETTINGS).fetch_all(&mut *conn).await?;
        let setting = |(role, name, value)| ServerThing::RoleSetting { role, name, value };
        things.extend(rows.into_iter().map(setting));
    }
    if reach.tablespaces {
        let names: Vec<String> = driver::query_scalar(TABLESPACES).fetch_all(&mut *conn).await?;
        things.extend(names.into_iter().map(ServerThing::Tablespace));
    }
    if reach.system_settings {
        let rows: Vec<(String, String)> =
            driver::query_as(SYSTEM_SETTINGS).fetch_all(&mut *conn).await?;
        let setting = |(name, value)| ServerThing::SystemSetting { name, value };
        things.extend(rows.into_iter().map(setting));
    }
    Ok(things)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_gets_its_old_value_back() {
        let setting = |value: &str| ServerThing::RoleSetting {
            role: Some("app".to_owned()),
            name: "search_path".to_owned(),
            value: value.to_owned(),
        };
        let before = BTreeSet::from([setting("a, b")]);
        assert_eq!(setting("c").undo(&before), "ALTER ROLE app SET search_path TO 'a', 'b'");
        assert_eq!(setting("c").undo(&BTreeSet::new()), "ALTER ROLE app RESET search_path");
        assert_eq!(setting("c").to_string(), "setting search_path of role app");
    }
}

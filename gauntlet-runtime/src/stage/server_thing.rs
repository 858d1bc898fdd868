//! Things of the server that outlive a database: roles, their attributes, memberships and settings, tablespaces, settings of
//! the server, rights to set them.

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
    /// An attribute of a role that the scripts make (`ALTER ROLE … CREATEDB`).
    RoleAttribute {
        /// The role.
        role: String,
        /// The name of the attribute, such as `CREATEDB` or `CONNECTION LIMIT`.
        name: &'static str,
        /// The words behind `ALTER ROLE …` that give it its value, such as `NOCREATEDB`.
        sql: String,
    },
    /// A role in another one, one of which the scripts make (`GRANT reader TO app`).
    Membership {
        /// The role that is granted.
        role: String,
        /// The role that it is granted to.
        member: String,
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
    /// A right to set a setting of the server (`GRANT SET ON PARAMETER`, from PostgreSQL 15 on).
    ParameterPrivilege {
        /// The name of the setting.
        name: String,
        /// `SET` or `ALTER SYSTEM`.
        privilege: String,
        /// The role that has it; `None` for all roles.
        role: Option<String>,
        /// True if the role may grant it to others.
        grantable: bool,
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
            Self::RoleAttribute { role, name, .. } => write!(f, "attribute {name} of role {role}"),
            Self::Membership { role, member } => {
                write!(f, "membership of role {member} in role {role}")
            }
            Self::Tablespace(name) => write!(f, "tablespace {name}"),
            Self::SystemSetting { name, .. } => write!(f, "setting {name} of the server"),
            Self::ParameterPrivilege { name, privilege, role, .. } => {
                let role =
                    role.as_ref().map_or("all roles".to_owned(), |role| format!("role {role}"));
                write!(f, "right of {role} to {privilege} {name}")
            }
        }
    }
}

impl ServerThing {
    /// The roles that it goes with.
    pub(crate) fn roles(&self) -> impl Iterator<Item = &String> {
        let (one, other) = match self {
            Self::RoleSetting { role, .. } => (role.as_ref(), None),
            Self::RoleAttribute { role, .. } => (Some(role), None),
            Self::Membership { role, member } => (Some(role), Some(member)),
            // A role with such a right cannot be dropped, so the right goes by itself.
            Self::Role(_)
            | Self::Tablespace(_)
            | Self::SystemSetting { .. }
            | Self::ParameterPrivilege { .. } => (None, None),
        };
        one.into_iter().chain(other)
    }

    /// The statement that removes it.
    pub(crate) fn removal(&self) -> String {
        match self {
            Self::Role(name) => format!("DROP ROLE {}", quote_ident(name)),
            Self::RoleSetting { role, name, .. } => {
                format!("ALTER ROLE {} RESET {}", role_name(role.as_deref()), setting_name(name))
            }
            // A role always has a value of it, so this is the value itself.
            Self::RoleAttribute { role, sql, .. } => {
                format!("ALTER ROLE {} {sql}", quote_if_needed(role))
            }
            Self::Membership { role, member } => {
                format!("REVOKE {} FROM {}", quote_if_needed(role), quote_if_needed(member))
            }
            Self::Tablespace(name) => format!("DROP TABLESPACE {}", quote_ident(name)),
            Self::SystemSetting { name, .. } => {
                format!("ALTER SYSTEM RESET {}", setting_name(name))
            }
            Self::ParameterPrivilege { name, privilege, role, .. } => format!(
                "REVOKE {privilege} ON PARAMETER {} FROM {} CASCADE",
                setting_name(name),
                grantee(role.as_deref())
            ),
        }
    }

    /// The statement that brings a setting back.
    pub(crate) fn restoration(&self) -> Option<String> {
        match self {
            Self::Role(_) | Self::Tablespace(_) => None,
            Self::RoleAttribute { .. } => Some(self.removal()),
            Self::Membership { role, member } => {
                Some(format!("GRANT {} TO {}", quote_if_needed(role), quote_if_needed(member)))
            }
            Self::RoleSetting { role, name, value } => {
                Some(format!("ALTER ROLE {} {}", role_name(role.as_deref()), set(name, value)))
            }
            Self::SystemSetting { name, value } => {
                Some(format!("ALTER SYSTEM {}", set(name, value)))
            }
            Self::ParameterPrivilege { name, privilege, role, grantable } => Some(format!(
                "GRANT {privilege} ON PARAMETER {} TO {}{}",
                setting_name(name),
                grantee(role.as_deref()),
                if *grantable { " WITH GRANT OPTION" } else { "" }
            )),
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

fn grantee(role: Option<&str>) -> String {
    role.map_or_else(|| "PUBLIC".to_owned(), quote_if_needed)
}

const ROLE_SETTINGS: &str = "
    SELECT r.rolname::text, pg_catalog.split_part(c, '=', 1), pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)
    FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
        pg_catalog.unnest(s.setconfig) c
    WHERE s.setdatabase = 0 AND (s.setrole = 0 OR r.oid IS NOT NULL)";

/// One row for each attribute of the roles `$1`: role, name, the words that set it.
const ROLE_ATTRIBUTES: &str = "
    SELECT r.rolname::text, a.place, a.sql FROM pg_catalog.pg_roles r,
        LATERAL (VALUES
            (0, CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END),
            (1, CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END),
            (2, CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END),
            (3, CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END),
            (4, CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END),
            (5, CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END),
            (6, CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END),
            (7, 'CONNECTION LIMIT ' || rolconnlimit),
            (8, 'VALID UNTIL ' || pg_catalog.quote_literal(coalesce(rolvaliduntil, 'infinity')))) a (place, sql)
    WHERE r.rolname = ANY ($1)";

/// Their names, by place.
const ATTRIBUTES: [&str; 9] = [
    "SUPERUSER",
    "CREATEDB",
    "CREATEROLE",
    "LOGIN",
    "INHERIT",
    "REPLICATION",
    "BYPASSRLS",
    "CONNECTION LIMIT",
    "VALID UNTIL",
];

/// Role and member, where the scripts make one of them (`$1`).
const MEMBERSHIPS: &str = "
    SELECT DISTINCT r.rolname::text, u.rolname::text
    FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
        JOIN pg_catalog.pg_roles u ON u.oid = m.member
    WHERE r.rolname = ANY ($1) OR u.rolname = ANY ($1)";

/// Those of the system itself have lower numbers.
const TABLESPACES: &str = "SELECT spcname::text FROM pg_catalog.pg_tablespace WHERE oid >= 16384";

/// What `ALTER SYSTEM` has written. For superusers, as that statement is.
const SYSTEM_SETTINGS: &str = "
    SELECT name, coalesce(setting, '') FROM pg_catalog.pg_file_settings
    WHERE sourcefile LIKE '%postgresql.auto.conf' AND name IS NOT NULL";

/// Setting, right, role, and whether the role may grant it. The first superuser has all of them.
const PARAMETER_PRIVILEGES: &str = "
    SELECT p.parname, e.privilege_type, r.rolname::text, e.is_grantable
    FROM pg_catalog.pg_parameter_acl p, pg_catalog.aclexplode(p.paracl) e
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = e.grantee
    WHERE e.grantee = 0 OR (r.oid IS NOT NULL AND e.grantee <> 10)";

/// What exists now of the sorts that the scripts change, except for roles.
pub(super) async fn read(conn: &mut PgConnection, reach: &Reach) -> Result<BTreeSet<ServerThing>> {
    let mut things = BTreeSet::new();
    let names: Vec<String> = reach.roles().cloned().collect();
    if reach.role_settings {
        let rows: Vec<(Option<String>, String, String)> =
            driver::query_as(ROLE_SETTINGS).fetch_all(&mut *conn).await?;
        let setting = |(role, name, value)| ServerThing::RoleSetting { role, name, value };
        things.extend(rows.into_iter().map(setting));
        let rows: Vec<(String, i32, String)> =
            driver::query_as(ROLE_ATTRIBUTES).bind(&names).fetch_all(&mut *conn).await?;
        things.extend(rows.into_iter().filter_map(|(role, place, sql)| {
            let name = ATTRIBUTES.get(usize::try_from(place).ok()?)?;
            Some(ServerThing::RoleAttribute { role, name, sql })
        }));
    }
    if reach.memberships {
        let rows: Vec<(String, String)> =
            driver::query_as(MEMBERSHIPS).bind(&names).fetch_all(&mut *conn).await?;
        let membership = |(role, member)| ServerThing::Membership { role, member };
        things.extend(rows.into_iter().map(membership));
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
    let has_rights = "SELECT pg_catalog.to_regclass('pg_catalog.pg_parameter_acl') IS NOT NULL";
    if reach.parameters && driver::query_scalar(has_rights).fetch_one(&mut *conn).await? {
        let rows: Vec<(String, String, Option<String>, bool)> =
            driver::query_as(PARAMETER_PRIVILEGES).fetch_all(&mut *conn).await?;
        let right = |(name, privilege, role, grantable)| ServerThing::ParameterPrivilege {
            name,
            privilege,
            role,
            grantable,
        };
        things.extend(rows.into_iter().map(right));
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
        let attribute = |sql: &str| ServerThing::RoleAttribute {
            role: "app".to_owned(),
            name: "CREATEDB",
            sql: sql.to_owned(),
        };
        let before = BTreeSet::from([attribute("NOCREATEDB")]);
        assert_eq!(attribute("CREATEDB").undo(&before), "ALTER ROLE app NOCREATEDB");
    }
}

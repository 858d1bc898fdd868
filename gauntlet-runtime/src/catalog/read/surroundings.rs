//! The properties of server, role and database that the reader needs first.

use super::query::{ANY_MEMBERS, Present, Separators, Target, any_rare};
use crate::catalog::ordered::Map;
use crate::catalog::{CatalogError, ReadOptions, Scope};
use crate::driver::{self, Oid, PgConnection, Row as _};

/// The properties of server, role and database that the reader needs first.
#[derive(Debug)]
pub(in crate::catalog) struct Surroundings {
    pub(in crate::catalog) version: u32,
    pub(in crate::catalog) owner: u32,
    pub(in crate::catalog) superuser: bool,
    /// The kinds that the database has, without the rare ones.
    pub(in crate::catalog) present: Present,
    /// True if the database has anything of the rare kinds.
    pub(in crate::catalog) rare: bool,
    /// True if members of extensions can have privileges that the extension did not give them.
    pub(in crate::catalog) members: bool,
    /// The size of the catalog: how often one with a mebibyte of columns has doubled.
    pub(in crate::catalog) magnitude: u32,
    /// Every schema except the system's own.
    pub(in crate::catalog) namespaces: Map<u32, String>,
}

impl Surroundings {
    pub(in crate::catalog) fn target(
        &self,
        options: &ReadOptions,
        separators: Separators,
    ) -> Target {
        Target {
            version: self.version,
            scope: options.scope,
            superuser: self.superuser,
            extension_members: options.extension_members,
            roots: false,
            separators,
        }
    }

    /// The namespaces to read.
    pub(super) fn namespaces(&self, options: &ReadOptions) -> Result<Vec<Oid>, CatalogError> {
        let home = || self.namespaces.iter().find(|(_, name)| **name == options.home);
        match options.scope {
            Scope::Database => Ok(self.namespaces.keys().map(|oid| Oid(*oid)).collect()),
            Scope::Schema => match home() {
                Some((oid, _)) => Ok(vec![Oid(*oid)]),
                None => Err(CatalogError::NoHome(options.home.clone())),
            },
        }
    }
}

/// Asks the server.
pub(super) async fn surroundings(
    conn: &mut PgConnection,
    options: &ReadOptions,
) -> Result<Surroundings, CatalogError> {
    let question = format!(
        "SELECT current_setting('server_version_num')::int4, current_setting('is_superuser') = 'on', \
         COALESCE((SELECT oid FROM pg_roles WHERE rolname = COALESCE($1, current_user)), 0::oid), \
         ARRAY(SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY oid), \
         ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY oid), {}, \
         pg_relation_size('pg_attribute'), {ANY_MEMBERS}, {}",
        any_rare(),
        Present::question()
    );
    let row = driver::query(&question).bind(options.owner.as_deref()).fetch_one(&mut *conn).await?;
    let oids: Vec<Oid> = row.try_get(3)?;
    let names: Vec<String> = row.try_get(4)?;
    Ok(Surroundings {
        version: u32::try_from(row.try_get::<i32, _>(0)?).unwrap_or(0),
        superuser: row.try_get(1)?,
        owner: row.try_get::<Oid, _>(2)?.0,
        present: Present::from_answer(&row.try_get::<Vec<bool>, _>(8)?),
        rare: row.try_get(5)?,
        members: row.try_get(7)?,
        magnitude: u64::BITS - (row.try_get::<i64, _>(6)?.unsigned_abs() >> 20).leading_zeros(),
        namespaces: oids.into_iter().map(|oid| oid.0).zip(names).collect(),
    })
}

//! Who has to run the SQL that findings propose, where the migrations run as a role of their own.

use std::collections::BTreeSet;

use super::context::Context;
use crate::driver::{self, Connection as _, PgConnection};
use crate::error::{Error, Result};
use crate::finding::{Finding, Help, Language};
use crate::isolation::Isolation;
use crate::names::quote_if_needed;
use crate::sql::{self, Right, Statement};

impl Context<'_> {
    /// Adds a comment above each statement in the helps of these findings that the role of `as_role` may not run, which
    /// says who may.
    ///
    /// # Errors
    ///
    /// When the server does not answer.
    pub(crate) async fn say_who_runs(&self, findings: &mut [Finding]) -> Result<()> {
        let Some(role) = &self.settings().as_role else { return Ok(()) };
        let needed: BTreeSet<Right> = proposed(findings)
            .flat_map(|help| help.code.iter())
            .flat_map(|code| sql::split(&code.text))
            .flat_map(|statement| sql::rights(&statement))
            .collect();
        if needed.is_empty() {
            return Ok(());
        }
        let server = self.server().await?;
        // A database for the test belongs to the role.
        let owner = self.stages().await?.isolation() == Isolation::Database;
        let mut conn = server.connect().await.map_err(Error::from)?;
        let lacking = async {
            let Some(asked) = Asked::about(&mut conn, role, owner).await? else {
                return Ok(BTreeSet::new());
            };
            let mut lacking = BTreeSet::new();
            for right in needed {
                if !asked.has(&mut conn, &right).await? {
                    lacking.insert(right);
                }
            }
            Ok(lacking)
        };
        let lacking: Result<BTreeSet<Right>> = lacking.await;
        drop(conn.close().await);
        let lacking = lacking?;
        let line = |statement: &Statement<'_>| {
            let right = sql::rights(statement).into_iter().find(|right| lacking.contains(right))?;
            let role = quote_if_needed(role);
            Some(format!("-- only {} may run this, not {role}\n", who(&right)))
        };
        for help in proposed(findings) {
            if let Some(code) = &mut help.code {
                code.text = sql::with_comments(&code.text, line);
            }
        }
        Ok(())
    }
}

/// The helps that are SQL.
fn proposed(findings: &mut [Finding]) -> impl Iterator<Item = &mut Help> {
    let helps = findings.iter_mut().flat_map(|finding| finding.help.iter_mut());
    helps.filter(|help| help.code.as_ref().is_some_and(|code| code.language == Language::Sql))
}

fn who(right: &Right) -> String {
    match right {
        Right::Superuser | Right::Extension(_) => "a superuser".to_owned(),
        Right::CreateRole(_) => "a role with CREATEROLE".to_owned(),
        Right::Member(role) => format!("a member of {}", quote_if_needed(role)),
        Right::OwnDatabase => "the owner of the database".to_owned(),
        Right::CreateInDatabase => "a role with CREATE on the database".to_owned(),
        Right::Subscription => "a superuser or a member of pg_create_subscription".to_owned(),
    }
}

/// A role, with the rights that it is known to have.
struct Asked<'r> {
    role: &'r str,
    held: BTreeSet<Right>,
}

impl<'r> Asked<'r> {
    /// `None` where the role does not exist.
    async fn about(
        conn: &mut PgConnection,
        role: &'r str,
        owner: bool,
    ) -> Result<Option<Asked<'r>>> {
        let found: Option<(bool, bool, bool, bool)> = driver::query_as(
            "SELECT role.rolsuper, role.rolcreaterole, pg_catalog.pg_has_role(role.oid, db.datdba, 'MEMBER'), \
             pg_catalog.has_database_privilege(role.oid, db.oid, 'CREATE') \
             FROM pg_catalog.pg_roles role, pg_catalog.pg_database db \
             WHERE role.rolname = $1 AND db.datname = pg_catalog.current_database()",
        )
        .bind(role)
        .fetch_optional(conn)
        .await?;
        Ok(found.map(|(superuser, creates_roles, owns, creates)| {
            let all = [
                (superuser, Right::Superuser),
                (creates_roles, Right::CreateRole(None)),
                (owner || owns, Right::OwnDatabase),
                (owner || creates, Right::CreateInDatabase),
            ];
            let held = all.into_iter().filter(|(held, _)| *held).map(|(_, right)| right).collect();
            Asked { role, held }
        }))
    }

    async fn has(&self, conn: &mut PgConnection, right: &Right) -> Result<bool> {
        if self.held.contains(&Right::Superuser) || self.held.contains(right) {
            return Ok(true);
        }
        Ok(match right {
            Right::Superuser | Right::OwnDatabase | Right::CreateInDatabase => false,
            Right::CreateRole(own) => {
                self.held.contains(&Right::CreateRole(None)) || own.as_deref() == Some(self.role)
            }
            Right::Member(other) => self.is_member(conn, other).await?.unwrap_or(true),
            Right::Subscription => {
                self.is_member(conn, "pg_create_subscription").await?.unwrap_or(false)
            }
            Right::Extension(name) => {
                self.held.contains(&Right::CreateInDatabase) && is_trusted(conn, name).await?
            }
        })
    }

    /// Whether the role may act as another one; `None` where that does not exist, such as a role that the history has made
    /// and that is gone with its test.
    async fn is_member(&self, conn: &mut PgConnection, other: &str) -> Result<Option<bool>> {
        let found: Option<bool> = driver::query_scalar(
            "SELECT pg_catalog.pg_has_role($1::name, oid, \
             CASE WHEN pg_catalog.current_setting('server_version_num')::int4 < 160000 THEN 'MEMBER' ELSE 'SET' END) \
             FROM pg_catalog.pg_roles WHERE rolname = $2",
        )
        .bind(self.role)
        .bind(other)
        .fetch_optional(conn)
        .await?;
        Ok(found)
    }
}

/// Whether an extension is one that others than superusers may create.
async fn is_trusted(conn: &mut PgConnection, name: &str) -> Result<bool> {
    let found: Option<bool> = driver::query_scalar(
        "SELECT pg_catalog.bool_or(trusted) FROM pg_catalog.pg_available_extension_versions WHERE name = $1",
    )
    .bind(name)
    .fetch_one(conn)
    .await?;
    Ok(found.unwrap_or(false))
}

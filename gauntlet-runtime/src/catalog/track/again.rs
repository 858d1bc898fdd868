//! Reading single roots again.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sqlx::PgConnection;
use sqlx::postgres::types::Oid;

use super::super::assemble::{Index, assemble};
use super::super::query::{Group, Separators, Target};
use super::super::read::{Surroundings, ask};
use super::super::{Catalog, CatalogError, ReadOptions};

/// The statements that read single roots; writing one costs as much as running it.
#[derive(Debug, Default)]
pub(super) struct Statements(HashMap<(&'static str, usize), Arc<str>>);

impl Statements {
    /// What hangs on these roots of a catalog now. `index` must not know them, and learns them.
    pub(super) async fn read(
        &mut self,
        conn: &mut PgConnection,
        (class, roots): (&'static str, &BTreeSet<u32>),
        surroundings: &Surroundings,
        options: &ReadOptions,
        index: &mut Index,
    ) -> Result<Catalog, CatalogError> {
        let oids: Vec<Oid> = roots.iter().map(|oid| Oid(*oid)).collect();
        let mut problem = None;
        for (number, separators) in Separators::SETS.into_iter().enumerate() {
            let statement = self.0.entry((class, number)).or_insert_with(|| {
                let target = Target { roots: true, ..surroundings.target(options, separators) };
                target.statement(Group::Hanging { class, rare: surroundings.rare }).into()
            });
            let answers =
                ask(conn, Arc::clone(statement), surroundings, options, Some(&oids)).await?;
            match assemble(&answers, separators, surroundings, options, index) {
                Ok(catalog) => return Ok(catalog),
                Err(unclear) => problem = Some(unclear),
            }
        }
        Err(problem.unwrap_or(CatalogError::Version(0)))
    }
}

/// The routines, besides `$2`, that share a name with `$1`: which of them a text means may have changed.
pub(super) const NAMESAKES: &str =
    "SELECT EXISTS (SELECT FROM pg_proc WHERE proname = ANY ($1) AND oid <> ALL ($2))";

/// What mentions the relations `$1` as a whole, or their row types: views (`oid` of the view), and anything else (0).
pub(super) const DEPENDENTS: &str = "
    SELECT DISTINCT CASE WHEN d.classid = 'pg_rewrite'::regclass
      THEN (SELECT r.ev_class FROM pg_rewrite r WHERE r.oid = d.objid) ELSE 0::oid END
    FROM pg_depend d
    WHERE (d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY ($1)
        OR d.refclassid = 'pg_type'::regclass AND d.refobjid = ANY (ARRAY(SELECT reltype FROM pg_class WHERE oid = ANY ($1))))
      AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass)
      AND NOT (d.classid = 'pg_policy'::regclass AND d.deptype = 'a')
      AND NOT (d.classid = 'pg_rewrite'::regclass AND d.deptype = 'i')";

//! The statements that read single roots again.

use std::collections::HashMap;
use std::sync::Arc;

use crate::catalog::read::addresses::Addresses;
use crate::catalog::read::assemble::assemble;
use crate::catalog::read::query::{Group, Separators, Target};
use crate::catalog::read::reader::ask;
use crate::catalog::read::surroundings::Surroundings;
use crate::catalog::{Catalog, CatalogError, ReadOptions};
use crate::driver::{Oid, PgConnection};

/// The statements that read single roots; writing one costs as much as running it.
#[derive(Debug, Default)]
pub(super) struct Statements(HashMap<(&'static str, usize), Arc<str>>);

impl Statements {
    /// Reads the objects on these roots of a catalog, and what is attached to these objects. `index` must not know the roots,
    /// and learns them.
    pub(super) async fn read(
        &mut self,
        conn: &mut PgConnection,
        (class, roots, objects): (&'static str, &[Oid], &[Oid]),
        surroundings: &Surroundings,
        options: &ReadOptions,
        index: &mut Addresses,
    ) -> Result<Catalog, CatalogError> {
        let group = Group::Hanging { class, rare: surroundings.rare };
        let mut problem = None;
        for (number, separators) in Separators::SETS.into_iter().enumerate() {
            let answers = if roots.is_empty() {
                Vec::new()
            } else {
                let statement = self.0.entry((class, number)).or_insert_with(|| {
                    let target = Target { roots: true, ..surroundings.target(options, separators) };
                    target.statement(group).into()
                });
                ask(conn, Arc::clone(statement), surroundings, options, Some((roots, objects)))
                    .await?
            };
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

/// The objects that mention the relations `$1` as a whole, or their row types: views (`oid` of the view), and anything else (0).
/// In two steps, or the planner would rather go through all views.
pub(super) const DEPENDENTS: &str = "
    WITH d AS MATERIALIZED (
      SELECT classid, objid, deptype FROM pg_depend
      WHERE refclassid = 'pg_class'::regclass AND refobjid = ANY ($1)
      UNION ALL
      SELECT classid, objid, deptype FROM pg_depend
      WHERE refclassid = 'pg_type'::regclass AND refobjid = ANY (ARRAY(SELECT reltype FROM pg_class WHERE oid = ANY ($1))))
    SELECT DISTINCT CASE WHEN d.classid = 'pg_rewrite'::regclass
      THEN (SELECT r.ev_class FROM pg_rewrite r WHERE r.oid = d.objid) ELSE 0::oid END
    FROM d
    WHERE d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass)
      AND NOT (d.classid = 'pg_policy'::regclass AND d.deptype = 'a')
      AND NOT (d.classid = 'pg_rewrite'::regclass AND d.deptype = 'i')";

/// The relations whose texts mention the relations `$1` or the types `$2`, or anything on them, by name: tables by their
/// defaults, constraints, policies and triggers, views by their definitions, indexes, sequences. 0 for anything else.
pub(super) const MENTIONING: &str = "
    WITH o AS MATERIALIZED (
      SELECT 'pg_class'::regclass::oid AS class, oid FROM pg_class WHERE oid = ANY ($1)
      UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index WHERE indrelid = ANY ($1)
      UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE conrelid = ANY ($1)
      UNION ALL SELECT 'pg_type'::regclass, unnest(ARRAY[oid, typarray]) FROM pg_type
      WHERE oid = ANY ($2) OR oid = ANY (ARRAY(SELECT reltype FROM pg_class WHERE oid = ANY ($1)))),
    d AS MATERIALIZED (
      SELECT DISTINCT d.classid, d.objid FROM o JOIN pg_depend d ON d.refclassid = o.class AND d.refobjid = o.oid)
    SELECT DISTINCT CASE d.classid
      WHEN 'pg_class'::regclass THEN d.objid
      WHEN 'pg_attrdef'::regclass THEN (SELECT adrelid FROM pg_attrdef WHERE oid = d.objid)
      WHEN 'pg_constraint'::regclass THEN (SELECT conrelid FROM pg_constraint WHERE oid = d.objid)
      WHEN 'pg_trigger'::regclass THEN (SELECT tgrelid FROM pg_trigger WHERE oid = d.objid)
      WHEN 'pg_rewrite'::regclass THEN (SELECT ev_class FROM pg_rewrite WHERE oid = d.objid)
      WHEN 'pg_policy'::regclass THEN (SELECT polrelid FROM pg_policy WHERE oid = d.objid)
      WHEN 'pg_type'::regclass THEN (SELECT CASE WHEN typrelid <> 0 THEN typrelid
        WHEN typinput = 'pg_catalog.array_in'::regproc THEN NULL ELSE 0::oid END FROM pg_type WHERE oid = d.objid)
      ELSE 0::oid END
    FROM d";

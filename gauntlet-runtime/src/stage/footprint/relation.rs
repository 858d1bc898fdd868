//! The relations that existed before a version.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::driver::{self, PgConnection};
use crate::names::quote_if_needed;

/// A relation that existed before a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Relation {
    /// The schema, unquoted; `None` for the one in which unqualified names land.
    pub(crate) schema: Option<String>,
    /// The name, unquoted.
    pub(crate) name: String,
    pub(crate) kind: RelationKind,
}

/// The kinds of relations that others can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RelationKind {
    Table,
    PartitionedTable,
    ForeignTable,
    View,
    MaterializedView,
    Sequence,
    Index,
}

impl RelationKind {
    fn of(word: &str) -> Option<RelationKind> {
        Some(match word {
            "r" => RelationKind::Table,
            "p" => RelationKind::PartitionedTable,
            "f" => RelationKind::ForeignTable,
            "v" => RelationKind::View,
            "m" => RelationKind::MaterializedView,
            "S" => RelationKind::Sequence,
            "i" | "I" => RelationKind::Index,
            _ => return None,
        })
    }

    pub(crate) fn is_table(self) -> bool {
        matches!(self, Self::Table | Self::PartitionedTable | Self::ForeignTable)
    }
}

impl Relation {
    /// The name as SQL has it, with its schema where that is needed.
    pub(crate) fn sql(&self) -> String {
        let name = quote_if_needed(&self.name);
        match &self.schema {
            Some(schema) => format!("{}.{name}", quote_if_needed(schema)),
            None => name,
        }
    }
}

/// `table users`.
impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            RelationKind::Table => "table",
            RelationKind::PartitionedTable => "partitioned table",
            RelationKind::ForeignTable => "foreign table",
            RelationKind::View => "view",
            RelationKind::MaterializedView => "materialized view",
            RelationKind::Sequence => "sequence",
            RelationKind::Index => "index",
        };
        write!(f, "{kind} {}", self.sql())
    }
}

/// A relation with what else is known of it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) relation: Relation,
    /// The file and its tablespace.
    pub(super) file: (i64, i64),
    /// The table of an index.
    pub(super) table: Option<i64>,
    /// The partitioned table of a partition.
    pub(super) parent: Option<i64>,
}

/// The relations of a database at one moment, by oid.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relations {
    all: BTreeMap<i64, Known>,
    /// The transaction from which on changes are not known.
    known_to: Option<String>,
}

/// oid, kind, schema (empty for the home schema), name, file, tablespace, table, parent.
type Row = (i64, String, String, String, i64, i64, Option<i64>, Option<i64>);

impl Relations {
    /// Reads what has changed since the last time; at first everything. Schemas of other tests in the same database are left
    /// out: what happens there is not of the statement.
    pub(crate) async fn update(
        &mut self,
        conn: &mut PgConnection,
        home: &str,
    ) -> driver::Result<()> {
        const HORIZON: &str = "SELECT (pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::numeric % 4294967296)::text";
        const QUERY: &str = "
            SELECT c.oid::int8, c.relkind::text, CASE n.nspname WHEN $1 THEN '' ELSE n.nspname::text END, c.relname::text,
                c.relfilenode::int8, c.reltablespace::int8, i.indrelid::int8, h.inhparent::int8
            FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
            LEFT JOIN pg_catalog.pg_inherits AS h ON h.inhrelid = c.oid AND c.relispartition
            WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I') AND c.relpersistence <> 't'
            AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            AND (n.nspname = $1 OR n.nspname !~ '^gauntlet_.*_[0-9a-f]{32}$')
            AND ($2 = '' OR pg_catalog.age(c.xmin) <= pg_catalog.age($2::pg_catalog.xid))";
        const LEFT: &str = "
            SELECT coalesce(pg_catalog.array_agg(oid::int8), '{}') FROM pg_catalog.pg_class
            WHERE oid >= 16384::pg_catalog.oid";
        // Before the question, so that nothing falls between two of them.
        let horizon: String = driver::query_scalar(HORIZON).fetch_one(&mut *conn).await?;
        let since = self.known_to.replace(horizon).unwrap_or_default();
        let rows: Vec<Row> =
            driver::query_as(QUERY).bind(home).bind(&since).fetch_all(&mut *conn).await?;
        let known = rows.into_iter().filter_map(|row| {
            let (oid, kind, schema, name, file, tablespace, table, parent) = row;
            let kind = RelationKind::of(&kind)?;
            let schema = Some(schema).filter(|schema| !schema.is_empty());
            let relation = Relation { schema, name, kind };
            Some((oid, Known { relation, file: (file, tablespace), table, parent }))
        });
        self.all.extend(known);
        let left: Vec<i64> = driver::query_scalar(LEFT).fetch_one(conn).await?;
        let left: BTreeSet<i64> = left.into_iter().collect();
        self.all.retain(|oid, _| left.contains(oid));
        Ok(())
    }

    pub(super) fn get(&self, oid: i64) -> Option<&Known> {
        self.all.get(&oid)
    }

    pub(super) fn get_mut(&mut self, oid: i64) -> Option<&mut Known> {
        self.all.get_mut(&oid)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, &Known)> {
        self.all.iter().map(|(oid, known)| (*oid, known))
    }

    /// The table of an index; any other relation itself.
    pub(super) fn table_of(&self, oid: i64) -> i64 {
        self.all.get(&oid).and_then(|known| known.table).unwrap_or(oid)
    }

    /// Whether a relation of these existed in another state of the database too, under whatever name.
    pub(crate) fn existed(&self, relation: &Relation, then: &Relations) -> bool {
        self.iter().any(|(oid, known)| known.relation == *relation && then.get(oid).is_some())
    }

    /// The partitions of a table, those of its partitions among them, in the order of their names.
    pub(crate) fn partitions(&self, of: &Relation) -> Vec<&Relation> {
        let mut found: Vec<&Relation> = Vec::new();
        let mut parents: Vec<i64> =
            self.iter().filter(|(_, k)| k.relation == *of).map(|(oid, _)| oid).collect();
        while let Some(parent) = parents.pop() {
            for (oid, known) in self.iter().filter(|(_, k)| k.parent == Some(parent)) {
                if known.relation.kind.is_table() {
                    parents.push(oid);
                    found.push(&known.relation);
                }
            }
        }
        found.sort();
        found
    }

    /// The relation that a statement names; without a schema, that of the home schema before any other one.
    pub(crate) fn named(&self, schema: Option<&str>, name: &str) -> Option<&Relation> {
        let all = || self.all.values().map(|known| &known.relation);
        let is_it =
            |relation: &&Relation| relation.name == name && relation.kind != RelationKind::Index;
        let of_schema = |relation: &&Relation| relation.schema.as_deref() == schema;
        let at_home = |relation: &&Relation| relation.schema.is_none();
        let mut exact = all().filter(is_it).filter(of_schema);
        exact.next().or_else(|| match schema {
            // The home schema may be named as well.
            Some(_) => all().filter(is_it).find(at_home),
            // Something else may stand on the search path.
            None => all().find(is_it),
        })
    }
}

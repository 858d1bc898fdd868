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
    /// Whether an index has only some of the rows.
    pub(super) is_partial: bool,
    /// Whether it is a materialized view that nobody can read yet.
    is_unpopulated: bool,
    /// The partitioned table of a partition.
    pub(super) parent: Option<i64>,
    /// The columns of the types text and varchar, each behind its length in characters (`20:name`), which is -1 without a limit.
    texts: Vec<String>,
}

/// The relations of a database at one moment, by oid.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relations {
    all: BTreeMap<i64, Known>,
    /// The names of the domains with constraints.
    domains: BTreeSet<String>,
    /// The transaction from which on changes are not known.
    known_to: Option<String>,
}

/// oid, kind, schema (empty for the home schema), name, file, tablespace, table, parent, columns of text, partial,
/// unpopulated.
type Row =
    (i64, String, String, String, i64, i64, Option<i64>, Option<i64>, Vec<String>, bool, bool);

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
                c.relfilenode::int8, c.reltablespace::int8, i.indrelid::int8, h.inhparent::int8,
                CASE WHEN c.relkind IN ('r', 'p') THEN ARRAY(
                    SELECT CASE a.atttypmod WHEN -1 THEN -1 ELSE a.atttypmod - 4 END || ':' || a.attname
                    FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0
                    AND a.atttypid IN ('pg_catalog.text'::pg_catalog.regtype, 'pg_catalog.varchar'::pg_catalog.regtype)
                ) ELSE '{}'::text[] END,
                i.indpred IS NOT NULL, NOT c.relispopulated
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
        const DOMAINS: &str = "
            SELECT coalesce(pg_catalog.array_agg(t.typname::text), '{}')
            FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
            WHERE t.typtype = 'd' AND t.oid >= 16384::pg_catalog.oid
            AND (n.nspname = $1 OR n.nspname !~ '^gauntlet_.*_[0-9a-f]{32}$')
            AND (t.typnotnull OR EXISTS (SELECT FROM pg_catalog.pg_constraint AS c WHERE c.contypid = t.oid))";
        // Before the question, so that nothing falls between two of them.
        let horizon: String = driver::query_scalar(HORIZON).fetch_one(&mut *conn).await?;
        let since = self.known_to.replace(horizon).unwrap_or_default();
        let rows: Vec<Row> =
            driver::query_as(QUERY).bind(home).bind(&since).fetch_all(&mut *conn).await?;
        let known = rows.into_iter().filter_map(|row| {
            let (
                oid,
                kind,
                schema,
                name,
                file,
                tablespace,
                table,
                parent,
                texts,
                partial,
                unpopulated,
            ) = row;
            let kind = RelationKind::of(&kind)?;
            let schema = Some(schema).filter(|schema| !schema.is_empty());
            let relation = Relation { schema, name, kind };
            Some((
                oid,
                Known {
                    relation,
                    file: (file, tablespace),
                    table,
                    is_partial: partial,
                    is_unpopulated: unpopulated,
                    parent,
                    texts,
                },
            ))
        });
        self.all.extend(known);
        let domains: Vec<String> =
            driver::query_scalar(DOMAINS).bind(home).fetch_one(&mut *conn).await?;
        self.domains = domains.into_iter().collect();
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

    /// The partitions of a table, each with the table that it is a partition of: those of a partition behind it, else in the
    /// order of their names.
    pub(crate) fn partitions(&self, of: &Relation) -> Vec<(&Relation, &Relation)> {
        let mut found = Vec::new();
        for (oid, known) in self.iter().filter(|(_, known)| known.relation == *of) {
            self.add_partitions(oid, &known.relation, &mut found);
        }
        found
    }

    fn add_partitions<'a>(
        &'a self,
        oid: i64,
        parent: &'a Relation,
        found: &mut Vec<(&'a Relation, &'a Relation)>,
    ) {
        let own = self.iter().filter(|(_, known)| known.parent == Some(oid));
        let mut own: Vec<(&Relation, i64)> = own
            .filter(|(_, known)| known.relation.kind.is_table())
            .map(|(oid, known)| (&known.relation, oid))
            .collect();
        own.sort();
        for (partition, oid) in own {
            found.push((parent, partition));
            self.add_partitions(oid, partition, found);
        }
    }

    /// The relation of a schema, whose name stands here also where it is the home schema.
    pub(super) fn exactly(&self, home: &str, schema: &str, name: &str) -> Option<(i64, &Relation)> {
        let schema = Some(schema).filter(|schema| *schema != home);
        let mut all = self.all.iter().map(|(oid, known)| (*oid, &known.relation));
        all.find(|(_, one)| one.name == name && one.schema.as_deref() == schema)
    }

    /// Whether a relation has a name already, in whatever schema.
    pub(crate) fn is_taken(&self, name: &str) -> bool {
        self.all.values().any(|known| known.relation.name == name)
    }

    /// Whether a relation is a materialized view that nobody can read before it is refreshed.
    pub(crate) fn is_unpopulated(&self, relation: &Relation) -> bool {
        self.all.values().any(|known| known.is_unpopulated && known.relation == *relation)
    }

    /// Whether an index of this name is one of a partitioned table.
    pub(crate) fn is_partitioned_index(&self, name: &str) -> bool {
        let of_name = self.all.values().filter(|known| known.relation.name == name);
        let mut tables = of_name.filter_map(|known| self.get(known.table?));
        tables.any(|table| table.relation.kind == RelationKind::PartitionedTable)
    }

    /// Whether a type of this name is a domain with constraints.
    pub(crate) fn is_checked_domain(&self, name: &str) -> bool {
        self.domains.contains(name)
    }

    /// The limit of a column of the type text or varchar, in characters: the largest number where it has none, `None` for a
    /// column of another type.
    pub(crate) fn text_limit(&self, relation: &Relation, column: &str) -> Option<u32> {
        let mut known = self.all.values().filter(|known| known.relation == *relation);
        known.next()?.texts.iter().find_map(|text| {
            let (limit, name) = text.split_once(':')?;
            (name == column).then(|| limit.parse().unwrap_or(u32::MAX))
        })
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

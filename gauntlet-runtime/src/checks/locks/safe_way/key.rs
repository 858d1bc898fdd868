//! UNIQUE and PRIMARY KEY: of an index that is built before.

use super::index::{PARTITIONS, in_schema_of};
use super::table::Table;
use super::{Place, Step};
use crate::checks::locks::statement::Words;
use crate::names::quote_if_needed;
use crate::stage::{Relation, RelationKind};

/// The words of a UNIQUE or PRIMARY KEY constraint. What is not written is empty.
pub(super) struct Key<'a> {
    /// `NULLS NOT DISTINCT`.
    nulls: &'a str,
    /// `(a, b)`.
    pub(super) columns: &'a str,
    /// `INCLUDE (c)`.
    include: &'a str,
    /// `WITH (fillfactor = 70)`.
    with: &'a str,
    /// `TABLESPACE t`.
    tablespace: &'a str,
    /// `DEFERRABLE`.
    rest: &'a str,
}

impl<'a> Key<'a> {
    /// The words from behind UNIQUE or PRIMARY KEY on.
    pub(super) fn at(statement: &Words<'a>, (from, to): (usize, usize)) -> Key<'a> {
        let mut at = from;
        let mut take = |end: usize| {
            let text = statement.span(at, end.min(to));
            at = end.min(to);
            text
        };
        let behind_nulls = match () {
            () if statement.are(from, &["nulls", "not", "distinct"]) => from + 3,
            () if statement.are(from, &["nulls", "distinct"]) => from + 2,
            () => from,
        };
        let nulls = take(behind_nulls);
        let close = statement.behind_parentheses(behind_nulls);
        let columns = take(close);
        let mut end = close;
        let mut option = |word: &str| {
            if !statement.are(end, &[word]) {
                return "";
            }
            end = statement.behind_parentheses(end + 1);
            take(end)
        };
        let include = option("include");
        let with = option("with");
        let tablespace = if statement.are(end, &["using", "index", "tablespace"]) {
            take(end + 2);
            take(end + 4)
        } else {
            ""
        };
        Key { nulls, columns, include, with, tablespace, rest: take(to) }
    }

    /// The same of another column.
    pub(super) fn of(self, columns: &'a str) -> Key<'a> {
        Key { columns, ..self }
    }

    /// What comes behind the table in CREATE INDEX.
    fn of_index(&self) -> String {
        joined(&[self.columns, self.include, self.nulls, self.with, self.tablespace])
    }
}

/// The words that are not empty, each behind a space.
fn joined(words: &[&str]) -> String {
    words.iter().filter(|word| !word.is_empty()).flat_map(|word| [" ", *word]).collect()
}

/// The constraint of an index that is built before it.
pub(super) fn add(
    table: &Table<'_>,
    place: Place<'_>,
    name: &str,
    unique: bool,
    key: &Key<'_>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    if !unique {
        steps.push(Step::text(
            "make its columns NOT NULL in the safe way (a CHECK that is NOT VALID, VALIDATE, SET NOT NULL), if they are not",
        ));
    }
    let kind = if unique { "UNIQUE" } else { "PRIMARY KEY" };
    if let Some(relation) = table.relation
        && table.is_partitioned()
        && !table.only
    {
        steps.extend(of_partitioned(table, relation, place, name, kind, key));
        return steps;
    }
    // The index takes the name of the constraint, which an index of now may have.
    let plain = name.trim_matches('"');
    let index = if place.relations.is_taken(plain) {
        quote_if_needed(&format!("{plain}_new"))
    } else {
        name.to_owned()
    };
    let sql =
        format!("CREATE UNIQUE INDEX CONCURRENTLY {index} ON {}{};", table.sql, key.of_index());
    let build = place.outside("build its index in a version of its own, while others write", &sql);
    steps.insert(0, build);
    steps.push(Step::sql(
        "then make it a constraint, which takes a moment",
        format!(
            "{} {}ADD CONSTRAINT {name} {kind} USING INDEX {index}{};",
            table.alter(),
            table.drop_of(name),
            joined(&[key.rest])
        ),
    ));
    steps
}

/// No index of a partitioned table is built with CONCURRENTLY: those of the partitions are, and attached.
fn of_partitioned(
    table: &Table<'_>,
    relation: &Relation,
    place: Place<'_>,
    name: &str,
    kind: &str,
    key: &Key<'_>,
) -> Vec<Step> {
    let of_partition = |partition: &Relation| {
        quote_if_needed(&format!("{}_{}", partition.name, name.trim_matches('"')))
    };
    let name_of = |one: &Relation| {
        if one == relation { name.to_owned() } else { of_partition(one) }
    };
    let words = joined(&[
        key.nulls,
        key.columns,
        key.include,
        key.with,
        &if key.tablespace.is_empty() {
            String::new()
        } else {
            format!("USING INDEX {}", key.tablespace)
        },
        key.rest,
    ]);
    let mut alone = format!(
        "ALTER TABLE ONLY {} {}ADD CONSTRAINT {name} {kind}{words};",
        table.sql,
        table.drop_of(name)
    );
    let mut builds = Vec::new();
    let mut attach = String::new();
    let mut leaves = 0;
    for (parent, partition) in place.relations.partitions(relation) {
        let own = of_partition(partition);
        let sql = partition.sql();
        let attached = format!(
            "ALTER INDEX {} ATTACH PARTITION {};\n",
            in_schema_of(parent, &name_of(parent)),
            in_schema_of(partition, &own)
        );
        if partition.kind == RelationKind::PartitionedTable {
            alone
                .push_str(&format!("\nALTER TABLE ONLY {sql} ADD CONSTRAINT {own} {kind}{words};"));
            attach.push_str(&attached);
        } else if partition.kind == RelationKind::Table {
            leaves += 1;
            if leaves > PARTITIONS {
                continue;
            }
            let index =
                format!("CREATE UNIQUE INDEX CONCURRENTLY {own} ON {sql}{};", key.of_index());
            builds.push(
                place.outside("build its index of each partition in a version of its own", &index),
            );
            attach.push_str(&format!(
                "ALTER TABLE {sql} ADD CONSTRAINT {own} {kind} USING INDEX {own}{};\n{attached}",
                joined(&[key.rest])
            ));
        }
    }
    let what = "make it a constraint of the partitioned table alone, which is not valid yet";
    let mut steps = vec![Step::sql(what, alone)];
    steps.extend(builds);
    if !attach.is_empty() {
        let text = if leaves > PARTITIONS {
            "make them constraints and attach them all, also those of the partitions that are not shown"
        } else {
            "make them constraints and attach them all: the constraint is valid then"
        };
        steps.push(Step::sql(text, attach.trim_end()));
    }
    steps
}

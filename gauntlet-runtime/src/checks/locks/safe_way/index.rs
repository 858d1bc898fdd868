//! Indexes: built while others write.

use super::{Place, Step};
use crate::checks::locks::statement::Words;
use crate::names::{make_object_name, quote_if_needed};
use crate::stage::{Relation, RelationKind};

/// How many partitions are written out.
pub(super) const PARTITIONS: usize = 3;

/// `CREATE [UNIQUE] INDEX [IF NOT EXISTS] [name] ON [ONLY] table ...`.
pub(super) fn create(statement: &Words<'_>, place: Place<'_>) -> Vec<Step> {
    let unique = statement.are(1, &["unique"]);
    let at = if unique { 3 } else { 2 };
    if statement.are(at, &["concurrently"]) {
        return Vec::new();
    }
    let name_at = statement.behind_if(at);
    let Some(on) = statement.find(name_at, "on") else { return Vec::new() };
    let name = statement.span(name_at, on);
    let only = statement.are(on + 1, &["only"]);
    let Some((table, behind)) = statement.relation(if only { on + 2 } else { on + 1 }) else {
        return Vec::new();
    };
    let rest = statement.span(behind, statement.len());
    let head = if unique { "CREATE UNIQUE INDEX" } else { "CREATE INDEX" };
    let relation = statement
        .relation_name(if only { on + 2 } else { on + 1 })
        .and_then(|(schema, name)| place.relations.named(schema.as_deref(), &name));
    let partitioned =
        relation.filter(|relation| relation.kind == RelationKind::PartitionedTable && !only);
    let Some(parent) = partitioned else {
        // Without a name, a run after one that was cut off would build another one.
        let name = match name {
            "" => usual_name(statement, behind, place),
            name => name.to_owned(),
        };
        let sql = format!("{head} CONCURRENTLY {name} ON {table} {rest};");
        return vec![place.outside("build it in a version of its own, while others write", &sql)];
    };
    let name = if name.is_empty() {
        quote_if_needed(&format!("{}_idx", parent.name))
    } else {
        name.to_owned()
    };
    let name_of = |relation: &Relation| {
        if relation == parent {
            return name.clone();
        }
        quote_if_needed(&format!("{}_{}", relation.name, name.trim_matches('"')))
    };
    let mut alone = format!("{head} {name} ON ONLY {table} {rest};");
    let mut builds = Vec::new();
    let mut attach = String::new();
    let mut leaves = 0;
    for (above, partition) in place.relations.partitions(parent) {
        let own = name_of(partition);
        if partition.kind == RelationKind::PartitionedTable {
            alone.push_str(&format!("\n{head} {own} ON ONLY {} {rest};", partition.sql()));
        } else if partition.kind == RelationKind::Table {
            leaves += 1;
            if leaves > PARTITIONS {
                continue;
            }
            let sql = format!("{head} CONCURRENTLY {own} ON {} {rest};", partition.sql());
            builds
                .push(place.outside("build that of each partition in a version of its own", &sql));
        } else {
            continue;
        }
        attach.push_str(&format!(
            "ALTER INDEX {} ATTACH PARTITION {};\n",
            in_schema_of(above, &name_of(above)),
            in_schema_of(partition, &own)
        ));
    }
    let what = "make the index of the partitioned table alone, which is not valid yet";
    let mut steps = vec![Step::sql(what, alone)];
    steps.extend(builds);
    if !attach.is_empty() {
        let text = if leaves > PARTITIONS {
            "attach them all, also those of the partitions that are not shown"
        } else {
            "attach them all: the index is valid then"
        };
        steps.push(Step::sql(text, attach.trim_end()));
    }
    steps
}

/// The name that the server gives to an index whose columns or expressions stand in the parentheses behind its table.
fn usual_name(statement: &Words<'_>, behind: usize, place: Place<'_>) -> String {
    let open = if statement.are(behind, &["using"]) { behind + 2 } else { behind };
    let end = statement.behind_parentheses(open).saturating_sub(1);
    let parts = statement.parts(open + 1).into_iter().take_while(|(from, _)| *from < end);
    // A column or the name of a function.
    let named = |(from, _)| statement.name(from).unwrap_or_else(|| "expr".to_owned());
    let columns: Vec<String> = parts.map(named).collect();
    let table = statement.name(behind - 1).unwrap_or_default();
    let columns = columns.join("_");
    let labels = (0..).map(|n| if n == 0 { "idx".to_owned() } else { format!("idx{n}") });
    let mut names = labels.map(|label| make_object_name(&table, Some(&columns), &label));
    let free = names.find(|name| !place.relations.is_taken(name));
    quote_if_needed(&free.unwrap_or_default())
}

/// The name of an index as other statements than CREATE INDEX need it: in the schema of its table.
pub(super) fn in_schema_of(table: &Relation, index: &str) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{index}", quote_if_needed(schema)),
        None => index.to_owned(),
    }
}

/// `REINDEX [(options)] kind name`.
pub(super) fn reindex(statement: &Words<'_>, place: Place<'_>) -> Vec<Step> {
    let kind = statement.behind_parentheses(1);
    if statement.are(kind + 1, &["concurrently"]) || statement.are(kind, &["system"]) {
        return Vec::new();
    }
    let before = statement.span(0, kind + 1);
    let name = statement.span(kind + 1, statement.len());
    let sql = format!("{before} CONCURRENTLY {name};");
    vec![place.outside("build it again in a version of its own, while others write", &sql)]
}

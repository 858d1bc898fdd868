//! Tables, partitions and foreign tables: one block each.

use crate::catalog::kinds::column::write as column;
use crate::catalog::kinds::constraint::write as constraint;
use crate::catalog::kinds::index::write as index;
use crate::catalog::ordered;
use crate::catalog::write::enabled;
use crate::catalog::write::find::{columns, table_called};
use crate::catalog::write::names::name;
use crate::catalog::write::options::{foreign_option, foreign_options, option, options};
use crate::catalog::write::writer::{Add, Alter, Changed, Writer, block};
use crate::catalog::{Catalog, Kind, Object, ObjectId, Value};
use crate::names::make_object_name;
use crate::names::{quote_if_needed, quote_literal};

/// The constraints that `CREATE TABLE` makes: the primary key first, then by name.
pub(crate) fn inline_constraints<'a>(
    catalog: &'a Catalog,
    id: &ObjectId,
    separate: &dyn Fn(&ObjectId) -> bool,
) -> Vec<(&'a ObjectId, &'a Object)> {
    let mut constraints: Vec<_> = catalog
        .children(Kind::Constraint, id.schema.as_deref(), &id.name)
        .filter(|(id, object)| {
            constraint::is_inline(object)
                && !separate(id)
                && (constraint::is_inherited(object)
                    || !constraint::is_redundant(catalog, id, object))
        })
        .collect();
    let is_other = |object: &Object| object.text("type") != Some("primary key");
    ordered::sort_by(&mut constraints, &mut |a, b| {
        is_other(a.1).cmp(&is_other(b.1)).then_with(|| a.0.name.cmp(&b.0.name))
    });
    constraints
}

/// The form in which a table is written, by its relation to a parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// All columns and constraints are written out.
    Whole,
    /// `PARTITION OF`: columns and constraints come from the parent.
    PartitionOf,
    /// `INHERITS`: only what is the child's own is written.
    Inherits,
    /// `OF type`.
    Typed,
}

/// `CREATE TABLE` with its columns and inline constraints, except those that `separate` names.
pub(crate) fn create(
    w: Writer<'_>,
    id: &ObjectId,
    object: &Object,
    separate: &dyn Fn(&ObjectId) -> bool,
) -> Vec<String> {
    let form = form(w.catalog, id, object);
    let mut lines = Vec::new();
    let columns = columns(w.catalog, id);
    for (column, properties) in &columns {
        match form {
            Form::Inherits if properties.text("inherited") == Some("yes") => {}
            Form::Whole | Form::Inherits => lines.push(column::definition(column, properties)),
            Form::Typed | Form::PartitionOf => {
                let own = own_properties(w.catalog, object, column, properties, form);
                if !own.is_empty() {
                    lines.push(format!("{} WITH OPTIONS{own}", quote_if_needed(&column.name)));
                }
            }
        }
    }
    let inline: Vec<_> = if id.kind == Kind::ForeignTable {
        w.catalog
            .children(Kind::Constraint, id.schema.as_deref(), &id.name)
            .filter(|(id, object)| constraint::is_inline(object) && !separate(id))
            .collect()
    } else {
        inline_constraints(w.catalog, id, separate)
    };
    for (constraint, properties) in &inline {
        let comes_by_itself = form != Form::Whole
            && (constraint::is_inherited(properties)
                || (form == Form::PartitionOf && properties.has("attached_to")));
        if !comes_by_itself {
            lines.push(constraint::clause(constraint, properties));
        }
    }
    let mut out = vec![statement(id, object, form, &lines)];
    if form == Form::Whole {
        if object.has("partition_of") {
            // Indexes that are there already are taken for the parent's, and keep their names.
            for (index, properties) in
                w.catalog.children(Kind::Index, id.schema.as_deref(), &id.name)
            {
                if properties.has("attached_to") && !index::attaches_late(w.catalog, properties) {
                    let mut own = properties.clone();
                    own.attributes.remove("attached_to");
                    out.extend(index::create(w, index, &own));
                }
            }
        }
        out.extend(under_parents(id, object));
    }
    for (column, properties) in &columns {
        out.extend(column::late(w, column, properties));
        if form == Form::Inherits && properties.text("inherited") == Some("yes") {
            out.extend(column::unlike_parent(w, object, column, properties));
        }
    }
    for (constraint, properties) in &inline {
        out.extend(constraint::late(w, constraint, properties));
    }
    out.extend(late(id, object));
    out
}

fn statement(id: &ObjectId, object: &Object, form: Form, lines: &[String]) -> String {
    let unlogged = if object.has("unlogged") { "UNLOGGED " } else { "" };
    let mut sql = format!("CREATE {unlogged}{} {}", id.kind.spec().keyword, name(id));
    match form {
        Form::PartitionOf => sql
            .add(format_args!(" PARTITION OF {}", object.text("partition_of").unwrap_or_default())),
        Form::Typed => sql.add(format_args!(" OF {}", object.text("of_type").unwrap_or_default())),
        Form::Whole | Form::Inherits => {}
    }
    if !lines.is_empty() {
        sql.add(format_args!(" (\n{}\n)", block(lines)));
    } else if matches!(form, Form::Whole | Form::Inherits) {
        sql.push_str(" ()");
    }
    if form == Form::Inherits {
        sql.add(format_args!("\nINHERITS ({})", object.list("inherits").join(", ")));
    }
    if form == Form::PartitionOf {
        sql.add(format_args!("\n{}", object.text("partition_bound").unwrap_or_default()));
    }
    if let Some(key) = object.text("partition_key") {
        sql.add(format_args!("\nPARTITION BY {key}"));
    }
    if id.kind == Kind::ForeignTable {
        let server = quote_if_needed(object.text("server").unwrap_or_default());
        sql.add(format_args!("\nSERVER {server}{}", foreign_options(object, "option.")));
        return sql;
    }
    if let Some(method) = object.text("access_method") {
        sql.add(format_args!("\nUSING {}", quote_if_needed(method)));
    }
    if let Some(options) = options(object) {
        sql.add(format_args!("\nWITH {options}"));
    }
    if let Some(tablespace) = object.text("tablespace") {
        sql.add(format_args!("\nTABLESPACE {}", quote_if_needed(tablespace)));
    }
    sql
}

/// Attaches a table that was written out to its parents.
fn under_parents(id: &ObjectId, object: &Object) -> Vec<String> {
    let table = name(id);
    match (object.text("partition_of"), object.text("partition_bound")) {
        (Some(parent), Some(bound)) => {
            vec![format!("ALTER TABLE {parent} ATTACH PARTITION {table} {bound}")]
        }
        _ => object
            .list("inherits")
            .iter()
            .map(|parent| format!("ALTER TABLE {table} INHERIT {parent}"))
            .collect(),
    }
}

/// The statements for what can be set only on an existing table.
fn late(id: &ObjectId, object: &Object) -> Vec<String> {
    let table = name(id);
    let mut out = Vec::new();
    match object.text("replica_identity") {
        Some("full") => out.push(format!("ALTER TABLE {table} REPLICA IDENTITY FULL")),
        Some("nothing") => out.push(format!("ALTER TABLE {table} REPLICA IDENTITY NOTHING")),
        _ => {}
    }
    if object.has("row_security") {
        out.push(format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"));
    }
    if object.has("force_row_security") {
        out.push(format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"));
    }
    out
}

/// The way in which the table can be written so that exactly this table comes out.
fn form(catalog: &Catalog, id: &ObjectId, object: &Object) -> Form {
    let columns = columns(catalog, id);
    if object.has("of_type") {
        return Form::Typed;
    }
    if let Some(parent) = object.text("partition_of") {
        return match table_called(catalog, parent) {
            Some((parent, _)) if partition_follows(catalog, &parent, id, &columns) => {
                Form::PartitionOf
            }
            _ => Form::Whole,
        };
    }
    if object.has("inherits") {
        // Columns that are the child's own as well were there before it came under its parent.
        let any_only_inherited = columns.iter().any(|(_, c)| c.text("inherited") == Some("yes"));
        return if any_only_inherited { Form::Inherits } else { Form::Whole };
    }
    Form::Whole
}

/// Returns true if `PARTITION OF` creates exactly this child: the same columns in the same order, and names that PostgreSQL invents.
fn partition_follows(
    catalog: &Catalog,
    parent: &ObjectId,
    id: &ObjectId,
    own: &[(&ObjectId, &Object)],
) -> bool {
    let theirs = columns(catalog, parent);
    let same_columns = theirs.len() == own.len()
        && theirs.iter().zip(own).all(|((a, x), (b, y))| {
            a.name == b.name
                && x.text("type") == y.text("type")
                && y.text("inherited") == Some("yes")
        });
    let invented = |columns: Option<&str>, label: &str| make_object_name(&id.name, columns, label);
    let constraints =
        catalog.children(Kind::Constraint, id.schema.as_deref(), &id.name).all(|(c, object)| {
            let columns = object.fact_list("columns").join("_");
            match (object.has("attached_to"), object.text("type")) {
                (false, _) => true,
                (true, Some("primary key")) => c.name == invented(None, "pkey"),
                (true, Some("unique")) => c.name == invented(Some(&columns), "key"),
                (true, _) => c.name == invented(Some(&columns), "excl"),
            }
        });
    let indexes =
        catalog.children(Kind::Index, id.schema.as_deref(), &id.name).all(|(i, object)| {
            let names: Vec<&str> = object
                .list("keys")
                .iter()
                .chain(object.list("include"))
                .map(String::as_str)
                .collect();
            !object.has("attached_to")
                || index::attaches_late(catalog, object)
                || i.name == invented(Some(&names.join("_")), "idx")
        });
    same_columns && constraints && indexes
}

/// The properties of a column that a partition or typed table does not get from its parent or type.
fn own_properties(
    catalog: &Catalog,
    table: &Object,
    id: &ObjectId,
    object: &Object,
    form: Form,
) -> String {
    let mut own = object.clone();
    own.attributes.retain(|name, _| name != "collation" && name != "compression");
    if form == Form::PartitionOf
        && let Some((parent, _)) = table.text("partition_of").and_then(|p| table_called(catalog, p))
        && let Some(theirs) = catalog.get(&ObjectId {
            schema: parent.schema.clone(),
            parent: Some(parent.name.clone()),
            ..id.clone()
        })
    {
        own.attributes.retain(|name, value| {
            !name.starts_with("identity")
                && !name.starts_with("not_null")
                && theirs.attributes.get(name) != Some(value)
                || (name == "not_null" && !theirs.has("not_null"))
        });
    }
    column::properties(id, &own)
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let table = name(c.id);
    let head = format!("ALTER {} {table}", c.id.kind.spec().keyword);
    match c.attribute {
        "unlogged" if c.wanted().is_some() => Alter::one(format!("{head} SET UNLOGGED")),
        "unlogged" => Alter::one(format!("{head} SET LOGGED")),
        "access_method" if w.version >= 150_000 => {
            let method = quote_if_needed(c.wanted().unwrap_or("heap"));
            Alter::one(format!("{head} SET ACCESS METHOD {method}"))
        }
        "tablespace" => {
            let tablespace = quote_if_needed(c.wanted().unwrap_or("pg_default"));
            Alter::one(format!("{head} SET TABLESPACE {tablespace}"))
        }
        "replica_identity" => match c.wanted() {
            Some("full") => Alter::one(format!("{head} REPLICA IDENTITY FULL")),
            Some("nothing") => Alter::one(format!("{head} REPLICA IDENTITY NOTHING")),
            Some(_) => Alter::Elsewhere,
            None => Alter::one(format!("{head} REPLICA IDENTITY DEFAULT")),
        },
        "row_security" if c.wanted().is_some() => {
            Alter::one(format!("{head} ENABLE ROW LEVEL SECURITY"))
        }
        "row_security" => Alter::one(format!("{head} DISABLE ROW LEVEL SECURITY")),
        "force_row_security" if c.wanted().is_some() => {
            Alter::one(format!("{head} FORCE ROW LEVEL SECURITY"))
        }
        "force_row_security" => Alter::one(format!("{head} NO FORCE ROW LEVEL SECURITY")),
        // This switches the others too.
        "constraint_triggers" => {
            let how = if c.wanted().is_some() { "DISABLE" } else { "ENABLE" };
            let others = w.catalog.children(Kind::Trigger, c.id.schema.as_deref(), &c.id.name);
            let others = others
                .filter(|(_, trigger)| trigger.has("enabled") || c.wanted().is_some())
                .map(|(id, trigger)| enabled::on_relation(w, id, trigger.text("enabled")));
            Alter::Sql([format!("{head} {how} TRIGGER ALL")].into_iter().chain(others).collect())
        }
        "of_type" => match c.wanted() {
            Some(of) => Alter::one(format!("{head} OF {of}")),
            None => Alter::one(format!("{head} NOT OF")),
        },
        "partition_of" | "partition_bound" => partition(c),
        "inherits" => inherits(c, &head),
        "column_order" => Alter::No(
            "the order of columns changes only when the table is created again".to_owned(),
        ),
        name if c.id.kind == Kind::ForeignTable => match name.strip_prefix("option.") {
            Some(name) => {
                Alter::one(format!("{head} {}", foreign_option(name, c.wanted(), c.found())))
            }
            None => Alter::Recreate,
        },
        name => match name.strip_prefix("option.") {
            Some(name) => Alter::one(option(&head, name, c.wanted())),
            None => Alter::Recreate,
        },
    }
}

fn partition(c: &Changed<'_>) -> Alter {
    let mut sql = Vec::new();
    let table = name(c.id);
    if let Some(parent) = c.actual.text("partition_of") {
        sql.push(format!("ALTER TABLE {parent} DETACH PARTITION {table}"));
    }
    if c.expected.has("partition_of") {
        sql.extend(under_parents(c.id, c.expected));
    }
    Alter::Sql(sql)
}

fn inherits(c: &Changed<'_>, head: &str) -> Alter {
    let list = |object: &Object| {
        object.attributes.get("inherits").map(Value::as_list).unwrap_or_default().to_vec()
    };
    let (wanted, found) = (list(c.expected), list(c.actual));
    // The order of parents counts, so all parents from the first difference on are attached again.
    let same = wanted.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let mut sql: Vec<String> =
        found[same..].iter().map(|p| format!("{head} NO INHERIT {p}")).collect();
    sql.extend(wanted[same..].iter().map(|p| format!("{head} INHERIT {p}")));
    Alter::Sql(sql)
}

/// The statements that drop a table, behind a comment line that says what is lost. A partition of a table that foreign
/// keys point at leaves that table first.
pub(crate) fn drop(w: Writer<'_>, id: &ObjectId, object: &Object, _: &Catalog) -> Vec<String> {
    let rows = quote_literal(&id.qualified_name());
    let mut out = Vec::new();
    if let Some(parent) = object.text("partition_of").filter(|_| is_referenced(w.catalog, object)) {
        out.push(format!("ALTER TABLE {parent} DETACH PARTITION {}", name(id)));
    }
    out.push(format!("-- the rows of table {rows} are lost\nDROP TABLE {}", name(id)));
    out
}

/// Returns true if a foreign key points at a table above this partition.
fn is_referenced(catalog: &Catalog, partition: &Object) -> bool {
    let mut above = partition.text("partition_of").and_then(|p| table_called(catalog, p));
    // A table cannot stand above itself.
    for _ in 0..32 {
        let Some((table, object)) = above else { return false };
        let name = table.qualified_name();
        let mut keys = catalog.of_kind(Kind::Constraint);
        if keys.any(|(_, key)| key.fact("referenced_table") == Some(&*name)) {
            return true;
        }
        above = object.text("partition_of").and_then(|p| table_called(catalog, p));
    }
    false
}

//! The statements that change an attribute of a column.

use super::write::{add_not_null, bare, identity, identity_sequence};
use crate::catalog::kinds::sequence::write as sequence;
use crate::catalog::write::find::{alter_relation, relation};
use crate::catalog::write::names::{name, qualify};
use crate::catalog::write::options::{foreign_option, option};
use crate::catalog::write::writer::{Add, Alter, Changed, Writer};
use crate::catalog::{Kind, Object, ObjectId};
use crate::names::{make_object_name, quote_if_needed, quote_literal};

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let column = quote_if_needed(&c.id.name);
    let relation = alter_relation(w, c.id);
    let head = format!("{relation} ALTER COLUMN {column}");
    let virtual_or_stored = ["generated_stored", "generated_virtual"];
    match c.attribute {
        "type" | "collation" => retype(w, c),
        "not_null" => match (
            c.wanted(),
            ["not_null_not_valid", "not_null_name", "not_null_no_inherit"]
                .iter()
                .any(|a| c.expected.has(a)),
        ) {
            (Some(_), true) => Alter::Sql(add_not_null(w, c.id, c.expected).into_iter().collect()),
            (Some(_), false) => Alter::one(format!("{head} SET NOT NULL")),
            (None, _) => Alter::one(format!("{head} DROP NOT NULL")),
        },
        "not_null_name" | "not_null_no_inherit" | "not_null_not_valid" => not_null(w, c, &head),
        "default" if virtual_or_stored.iter().any(|g| c.expected.has(g)) => Alter::Elsewhere,
        "default" => match c.wanted() {
            // A generated column has first to become a plain one.
            Some(expression) if virtual_or_stored.iter().any(|g| c.actual.has(g)) => {
                Alter::Sql(vec![
                    format!("{head} DROP EXPRESSION"),
                    format!("{head} SET DEFAULT {expression}"),
                ])
            }
            Some(expression) => {
                let detach = c.actual.has("identity").then(|| format!("{head} DROP IDENTITY"));
                let mut sql: Vec<String> = detach.into_iter().collect();
                sql.push(format!("{head} SET DEFAULT {expression}"));
                sql.extend(new_sequence(w, c, expression));
                Alter::Sql(sql)
            }
            None => Alter::one(format!("{head} DROP DEFAULT")),
        },
        "generated_stored" | "generated_virtual" => generated(w, c, &head),
        "storage" => match c.wanted() {
            Some(storage) => Alter::one(format!("{head} SET STORAGE {}", storage.to_uppercase())),
            None if w.version >= 160_000 => Alter::one(format!("{head} SET STORAGE DEFAULT")),
            // Before 16 the type's own storage has to be named; those of variable length are extended.
            None => {
                let main = c.expected.text("type").is_some_and(|t| t.starts_with("numeric"));
                let storage = if main { "MAIN" } else { "EXTENDED" };
                Alter::one(format!("{head} SET STORAGE {storage}"))
            }
        },
        "compression" => {
            Alter::one(format!("{head} SET COMPRESSION {}", c.wanted().unwrap_or("DEFAULT")))
        }
        "statistics" => Alter::one(format!("{head} SET STATISTICS {}", c.wanted().unwrap_or("-1"))),
        "inherited" => inherited(w, c),
        name if name.starts_with("option.") => {
            Alter::one(option(&head, &name["option.".len()..], c.wanted()))
        }
        name if name.starts_with("fdw_option.") => {
            let change = foreign_option(&name["fdw_option.".len()..], c.wanted(), c.found());
            Alter::one(format!("{head} {change}"))
        }
        name if name.starts_with("identity") => identity_change(c, &head, name),
        other => Alter::No(format!("no statement is known that changes {other} of a column")),
    }
}

/// A new sequence goes on behind the values that the column has.
fn new_sequence(w: Writer<'_>, c: &Changed<'_>, default: &str) -> Option<String> {
    let gives = |(id, _): &(&ObjectId, &Object)| default == sequence::next_value(id);
    let is_integer =
        c.expected.text("type").is_some_and(|of| ["smallint", "integer", "bigint"].contains(&of));
    if !is_integer || c.before.of_kind(Kind::Sequence).any(|one| gives(&one)) {
        return None;
    }
    let (id, object) = w.catalog.of_kind(Kind::Sequence).find(gives)?;
    let of = quote_literal(&name(id));
    sequence::begin_behind(&of, (&quote_if_needed(&c.id.name), &table(c)), object, "")
}

/// The table of a column, as SQL.
fn table(c: &Changed<'_>) -> String {
    qualify(c.id.schema.as_deref(), c.id.parent.as_deref().unwrap_or_default())
}

/// Changes whether a column also belongs to the child itself, which follows from how the table got its parent.
fn inherited(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let parents = relation(w.catalog, c.id).map(|(_, table)| table.list("inherits").to_vec());
    let parents = parents.unwrap_or_default();
    if c.wanted() == Some("and local") && c.found() == Some("yes") && !parents.is_empty() {
        let relation = alter_relation(w, c.id);
        let mut sql: Vec<String> =
            parents.iter().map(|p| format!("{relation} NO INHERIT {p}")).collect();
        sql.extend(parents.iter().map(|p| format!("{relation} INHERIT {p}")));
        return Alter::Sql(sql);
    }
    let table = relation(w.catalog, c.id);
    let partition = table.is_some_and(|(_, table)| table.has("partition_of"));
    let attached = c.found().is_none() && c.wanted() == Some("and local");
    if c.wanted().is_none() || partition || attached {
        // It becomes the child's own when the parent lets go of it, and a partition's columns are never its own.
        return Alter::Elsewhere;
    }
    Alter::No(
        "a column that a child table has of its own cannot be made its parent's alone".to_owned(),
    )
}

/// Properties of a NOT NULL that is there on both sides (18).
fn not_null(w: Writer<'_>, c: &Changed<'_>, head: &str) -> Alter {
    if !(c.expected.has("not_null") && c.actual.has("not_null")) {
        return Alter::Elsewhere;
    }
    let table = c.id.parent.as_deref().unwrap_or_default();
    let invented = make_object_name(table, Some(&c.id.name), "not_null");
    let relation = alter_relation(w, c.id);
    let name_of =
        |object: &Object| quote_if_needed(object.text("not_null_name").unwrap_or(&invented));
    let (old, new) = (name_of(c.actual), name_of(c.expected));
    match c.attribute {
        // Renaming the column back has made it the right one.
        "not_null_name" if old == new => Alter::Elsewhere,
        "not_null_name" => Alter::one(format!("{relation} RENAME CONSTRAINT {old} TO {new}")),
        "not_null_not_valid" if c.wanted().is_none() => {
            Alter::one(format!("{relation} VALIDATE CONSTRAINT {old}"))
        }
        "not_null_no_inherit" => {
            let no = if c.wanted().is_some() { "NO INHERIT" } else { "INHERIT" };
            Alter::one(format!("{relation} ALTER CONSTRAINT {old} {no}"))
        }
        _ => {
            let mut sql = vec![format!("{head} DROP NOT NULL")];
            sql.extend(add_not_null(w, c.id, c.expected));
            Alter::Sql(sql)
        }
    }
}

fn retype(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let of_kind = relation(w.catalog, c.id).map(|(relation, _)| relation.kind);
    let relation = alter_relation(w, c.id);
    let column = quote_if_needed(&c.id.name);
    let (new, old) =
        (c.expected.text("type").unwrap_or_default(), c.actual.text("type").unwrap_or_default());
    let collation = match c.expected.text("collation") {
        Some(collation) => format!(" COLLATE {collation}"),
        None => String::new(),
    };
    if of_kind == Some(Kind::CompositeType) {
        return Alter::one(format!("{relation} ALTER ATTRIBUTE {column} TYPE {new}{collation}"));
    }
    let base = |text: &str| text.split('(').next().unwrap_or(text).to_owned();
    let same_family = base(new) == base(old);
    let foreign = of_kind == Some(Kind::ForeignTable);
    let using = if same_family || foreign {
        String::new()
    } else if castable(old, new) {
        format!(" USING {column}::{new}")
    } else {
        // Between types without a cast of their own, the text is read again.
        format!(" USING {column}::text::{new}")
    };
    let mut sql = Vec::new();
    // A default that does not follow by a cast of its own is taken off first and set again.
    let default_moves = !same_family && c.actual.has("default");
    if default_moves {
        sql.push(format!("{relation} ALTER COLUMN {column} DROP DEFAULT"));
    }
    sql.push(format!("{relation} ALTER COLUMN {column} TYPE {new}{collation}{using}"));
    if default_moves && let Some(default) = c.expected.text("default") {
        sql.push(format!("{relation} ALTER COLUMN {column} SET DEFAULT {default}"));
    }
    Alter::Sql(sql)
}

/// Returns true if a value of one built-in type can be cast to the other directly; values of user-defined types go through text.
fn castable(old: &str, new: &str) -> bool {
    const NUMBERS: &[&str] =
        &["smallint", "integer", "bigint", "numeric", "real", "double precision"];
    const TEXTS: &[&str] = &["text", "character varying", "character", "name"];
    const TIMES: &[&str] = &["date", "timestamp without time zone", "timestamp with time zone"];
    const JSON: &[&str] = &["json", "jsonb"];
    let base = |text: &str| {
        let head = text.split('(').next().unwrap_or(text).trim().to_owned();
        let tail = text.rsplit_once(')').map_or("", |(_, tail)| tail);
        format!("{head}{tail}")
    };
    let (old, new) = (base(old), base(new));
    TEXTS.contains(&old.as_str())
        || TEXTS.contains(&new.as_str())
        || [NUMBERS, TIMES, JSON]
            .iter()
            .any(|family| family.contains(&old.as_str()) && family.contains(&new.as_str()))
        || (old.ends_with("[]") && new.ends_with("[]"))
        || (old == "boolean" && new == "integer")
        || (old == "integer" && new == "boolean")
}

fn generated(w: Writer<'_>, c: &Changed<'_>, head: &str) -> Alter {
    let (wanted, found) = (c.wanted(), c.found());
    match (wanted, found) {
        (Some(expression), Some(_)) if w.version >= 170_000 => {
            Alter::one(format!("{head} SET EXPRESSION AS ({})", bare(expression)))
        }
        (None, Some(_))
            if c.expected.has("generated_stored") || c.expected.has("generated_virtual") =>
        {
            Alter::Elsewhere
        }
        (None, Some(_)) if c.expected.has("default") => Alter::Elsewhere,
        (None, Some(_)) if c.attribute == "generated_stored" => {
            Alter::one(format!("{head} DROP EXPRESSION"))
        }
        // A generated column holds nothing of its own, and a plain one cannot become generated.
        _ => Alter::Recreate,
    }
}

fn identity_change(c: &Changed<'_>, head: &str, attribute: &str) -> Alter {
    match (c.expected.has("identity"), c.actual.has("identity")) {
        (true, false) if attribute == "identity" => {
            let mut sql = Vec::new();
            if !c.expected.has("not_null") || !c.actual.has("not_null") {
                sql.push(format!("{head} SET NOT NULL"));
            }
            if c.actual.has("default") {
                sql.push(format!("{head} DROP DEFAULT"));
            }
            sql.push(format!("{head} ADD {}", identity(c.id, c.expected)));
            let table = table(c);
            let of = sequence::of_column(&table, &c.id.name);
            let to = (&*quote_if_needed(&c.id.name), &*table);
            sql.extend(sequence::begin_behind(&of, to, c.expected, "identity_"));
            Alter::Sql(sql)
        }
        (false, true) if attribute == "identity" && c.expected.has("default") => Alter::Elsewhere,
        (false, true) if attribute == "identity" => Alter::one(format!("{head} DROP IDENTITY")),
        (true, true) => {
            let value = c.wanted().unwrap_or_default();
            match attribute {
                "identity" => {
                    let when = if value == "always" { "ALWAYS" } else { "BY DEFAULT" };
                    Alter::one(format!("{head} SET GENERATED {when}"))
                }
                // All at once: each of them may be impossible while the others are as they were.
                "identity_start" | "identity_increment" | "identity_minimum"
                | "identity_maximum" => {
                    let data_type =
                        |object: &Object| object.text("type").unwrap_or_default().to_owned();
                    let range =
                        |object: &Object| sequence::range(object, "identity_", &data_type(object));
                    let mut sql = head.to_owned();
                    for (attribute, clause) in [
                        ("identity_increment", "INCREMENT BY"),
                        ("identity_minimum", "MINVALUE"),
                        ("identity_maximum", "MAXVALUE"),
                        ("identity_start", "START WITH"),
                    ] {
                        let (wanted, found) =
                            (c.expected.text(attribute), c.actual.text(attribute));
                        if let Some(wanted) = wanted.filter(|_| wanted != found) {
                            sql.add(format_args!(" SET {clause} {wanted}"));
                        }
                    }
                    Alter::Sql(sequence::change_range(
                        &identity_sequence(c.id, c.actual),
                        sql,
                        range(c.expected),
                        range(c.actual),
                    ))
                }
                "identity_cache" => Alter::one(format!("{head} SET CACHE {value}")),
                "identity_cycle" if c.wanted().is_some() => Alter::one(format!("{head} SET CYCLE")),
                "identity_cycle" => Alter::one(format!("{head} SET NO CYCLE")),
                "identity_sequence" => {
                    let old = identity_sequence(c.id, c.actual);
                    let new =
                        quote_if_needed(c.expected.fact("identity_sequence").unwrap_or_default());
                    Alter::one(format!("ALTER SEQUENCE {old} RENAME TO {new}"))
                }
                "identity_persistence" => {
                    let log = if c.wanted() == Some("u") { "UNLOGGED" } else { "LOGGED" };
                    Alter::one(format!(
                        "ALTER SEQUENCE {} SET {log}",
                        identity_sequence(c.id, c.expected)
                    ))
                }
                other => {
                    Alter::No(format!("no statement is known that changes {other} of a column"))
                }
            }
        }
        _ => Alter::Elsewhere,
    }
}

//! A table like one at head, on which what is stated of it is made.

use super::super::{Index, Place, Table};
use super::reference::with_quoted_keywords;
use super::relation::Relation;
use super::topic::{Topic, broken};
use crate::driver::{self, Connection as _, PgConnection};
use crate::finding::{DatabaseMessage, Fact, Finding};
use crate::names::quote_ident;
use crate::sql::postgres_error;

/// What was stated: numbers are places in the lists of [`Table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated {
    /// The type of a column; it is that of a column of the probe.
    Type(usize),
    /// The default of a column.
    Default(usize),
    Check(usize),
    Reference(usize),
    Unique(usize),
    Index(usize),
}

/// Something stated that the probe has.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) stated: Stated,
    /// The name of the column, constraint or index on the probe.
    pub(super) name: String,
}

/// The probe of one table.
#[derive(Debug)]
pub(super) struct Probe {
    pub(super) name: String,
    pub(super) made: Vec<Made>,
    /// The statements that PostgreSQL refuses.
    pub(super) failed: Vec<Finding>,
}

impl Probe {
    /// Makes the probe in the home schema, which comes first on the search path. `lost`: another table that is stated
    /// does not exist.
    pub(super) async fn make(
        number: usize,
        table: &Table,
        relation: &Relation<'_>,
        lost: bool,
        conn: &mut PgConnection,
    ) -> Result<Probe, driver::Error> {
        let name = format!("gauntlet_probe_{number}");
        let sql = quote_ident(&name);
        run(conn, format!("CREATE TABLE {sql} (LIKE {})", relation.sql)).await?;
        let mut probe = Probe { name, made: Vec::new(), failed: Vec::new() };
        let lost_column =
            table.columns.iter().any(|c| !relation.columns.contains_key(c.name.as_str()));
        for statement in statements(table, relation, &sql, number) {
            let Statement { stated, name, sql, text, place } = statement;
            match attempt(conn, sql).await? {
                Ok(()) => probe.made.push(Made { stated, name }),
                // A column or table that is reported as missing is not reported again.
                Err(Refusal { code, .. }) if lost_column && code == "42703" => {}
                Err(Refusal { code, .. }) if lost && code == "42P01" => {}
                Err(Refusal { message, .. }) => {
                    probe.failed.push(refused(table, relation, stated, &text, place, message));
                }
            }
        }
        Ok(probe)
    }
}

struct Statement {
    stated: Stated,
    name: String,
    sql: String,
    /// The text of the user.
    text: String,
    place: Place,
}

fn statements(
    table: &Table,
    relation: &Relation<'_>,
    probe: &str,
    number: usize,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut push = |stated, text: &str, place, sql: &dyn Fn(&str) -> String| {
        let name = format!("gauntlet_probe_{number}_{}", statements.len());
        let sql = sql(&quote_ident(&name));
        statements.push(Statement { stated, name, sql, text: text.to_owned(), place });
    };
    for (i, column) in table.columns.iter().enumerate() {
        if !relation.columns.contains_key(column.name.as_str()) {
            continue;
        }
        if let Some(ty) = &column.sql_type {
            push(Stated::Type(i), ty, column.place, &|name| {
                format!("ALTER TABLE {probe} ADD COLUMN {name} {ty}")
            });
        }
        if let Some(default) = &column.default {
            let column_name = quote_ident(&column.name);
            push(Stated::Default(i), default, column.place, &|_| {
                format!("ALTER TABLE {probe} ALTER COLUMN {column_name} SET DEFAULT {default}")
            });
        }
    }
    for (i, (check, place)) in table.checks.iter().enumerate() {
        push(Stated::Check(i), check, *place, &|name| {
            format!("ALTER TABLE {probe} ADD CONSTRAINT {name} CHECK ({check})")
        });
    }
    for (i, reference) in table.references.iter().enumerate() {
        let columns: Vec<String> = reference.columns.iter().map(|c| quote_ident(c)).collect();
        let (columns, target) = (columns.join(", "), with_quoted_keywords(&reference.target));
        push(Stated::Reference(i), &target, reference.place, &|name| {
            format!(
                "ALTER TABLE {probe} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {target}"
            )
        });
    }
    for (i, index) in table.unique.iter().enumerate() {
        if let Index::Sql(text, place) = index {
            push(Stated::Unique(i), text, *place, &|name| {
                format!("CREATE UNIQUE INDEX {name} ON {probe} {text}")
            });
        }
    }
    for (i, index) in table.indexes.iter().enumerate() {
        if let Index::Sql(text, place) = index {
            push(Stated::Index(i), text, *place, &|name| {
                format!("CREATE INDEX {name} ON {probe} {text}")
            });
        }
    }
    statements
}

fn refused(
    table: &Table,
    relation: &Relation<'_>,
    stated: Stated,
    text: &str,
    place: Place,
    message: DatabaseMessage,
) -> Finding {
    let (topic, what) = match stated {
        Stated::Type(_) => (Topic::Type, "type"),
        Stated::Default(_) => (Topic::Default, "default"),
        Stated::Check(_) => (Topic::Check, "CHECK"),
        Stated::Reference(_) => (Topic::ForeignKey, "foreign key"),
        Stated::Unique(_) => (Topic::Unique, "unique index"),
        Stated::Index(_) => (Topic::Index, "index"),
    };
    let title = format!(
        "the {what} that `{}` states cannot be made on {} as it is at head: {text}",
        table.rust_name,
        relation.shown()
    );
    broken(topic, place, relation.object.id, title).fact(Fact::Database(message))
}

struct Refusal {
    code: String,
    message: DatabaseMessage,
}

/// Runs a statement inside a savepoint, so that its failure leaves the transaction as it was.
async fn attempt(
    conn: &mut PgConnection,
    sql: String,
) -> Result<Result<(), Refusal>, driver::Error> {
    let mut savepoint = conn.begin().await?;
    match run(&mut savepoint, sql).await {
        Ok(()) => {
            savepoint.commit().await?;
            Ok(Ok(()))
        }
        Err(error) => {
            savepoint.rollback().await?;
            let Some(database) = postgres_error(&error) else {
                return Err(error);
            };
            Ok(Err(Refusal {
                code: database.code().to_owned(),
                message: DatabaseMessage::of_query(&error),
            }))
        }
    }
}

// In the extended protocol, so that a text of the user cannot smuggle in a second statement.
async fn run(conn: &mut PgConnection, sql: String) -> Result<(), driver::Error> {
    driver::query(&sql).persistent(false).execute(conn).await.map(drop)
}

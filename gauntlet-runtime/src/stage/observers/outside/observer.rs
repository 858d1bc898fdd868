//! The changes of a migration outside of its own schema, in schema isolation.
//!
//! An own schema keeps apart what is named without a schema. A migration that names another one, or makes something that
//! lives in none (an extension, a schema), reaches out of it: into what other tests see, or into what the user had
//! before. That is never silent: around each step the objects outside of all schemas of tests are compared.
//!
//! Other tests may work in the same database at the same time. What a step made is recognised by the transaction that
//! wrote the catalog's row; what it dropped by being named in the script. What neither tells is a note.

use std::collections::{BTreeMap, BTreeSet};

use super::advice::advise;
use super::once::OUTSIDE_SCHEMA;
use crate::catalog::read::outside::{OutsideObject, outside};
use crate::catalog::{CatalogError, Change, Difference, Kind, ObjectId, Severity, Value};
use crate::driver::{self, PgConnection};
use crate::engines::{Step as StepResult, StepError};
use crate::finding::{DeclaredValue, Finding, Sides};
use crate::history::{Direction, Migration, Script};
use crate::isolation::OwnDatabase;
use crate::names::quote_if_needed;
use crate::runtime::BoxFuture;
use crate::sql::words;
use crate::stage::observer::{Observer, StepView};

/// The column that notes, in the bookkeeping table of an own schema, which transaction applied a version.
const COLUMN: &str = "gauntlet_transaction";

/// The objects outside, as they were when they were last read.
#[derive(Debug)]
pub(in crate::stage::observers) struct Outside {
    tables: Vec<String>,
    objects: BTreeMap<(String, i64), Entry>,
    /// True if no other test worked in this database when `objects` was read.
    alone: bool,
    own: OwnDatabase,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    id: ObjectId,
    transaction: i64,
    /// The part of the object that the row holds, where that is not the object itself.
    part: Option<String>,
}

impl Outside {
    /// Looks for the first time, and prepares the bookkeeping tables.
    pub(in crate::stage::observers) async fn start(
        conn: &mut PgConnection,
        tables: Vec<String>,
        own: OwnDatabase,
    ) -> driver::Result<Outside> {
        for table in &tables {
            let column = format!(
                "ALTER TABLE {table} ADD COLUMN {COLUMN} xid8 DEFAULT pg_catalog.pg_current_xact_id()"
            );
            driver::execute(conn, &column).await?;
        }
        let objects = read(conn).await?;
        Ok(Outside { tables, objects, alone: alone(conn).await?, own })
    }

    /// Reads the objects outside again after a step, and reports what the step did to them.
    async fn look(
        &mut self,
        conn: &mut PgConnection,
        migration: &Migration,
        direction: Direction,
    ) -> driver::Result<Vec<Finding>> {
        let now = read(conn).await?;
        let before = std::mem::replace(&mut self.objects, now);
        // A test that worked here when the step began may have ended by now, and its changes are among those found.
        let is_alone = alone(conn).await?;
        let was_alone = std::mem::replace(&mut self.alone, is_alone);
        let mut changes = Vec::new();
        for (key, entry) in &self.objects {
            match before.get(key) {
                None => changes.push((key.clone(), (Change::Extra, entry.clone()))),
                Some(old) if old != entry => {
                    changes.push((key.clone(), (Change::Changed, entry.clone())));
                }
                Some(_) => {}
            }
        }
        let dropped = before.into_iter().filter(|(key, _)| !self.objects.contains_key(key));
        changes.extend(dropped.map(|(key, entry)| (key, (Change::Missing, entry))));
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let script = match direction {
            Direction::Up => Some(migration.up()),
            Direction::Down => migration.down(),
        };
        // A label that came or went changes its enum, a setting its database, a privilege on a member its extension.
        for ((class, _), (change, entry)) in &mut changes {
            if class == "pg_enum" || class == "pg_init_privs" || entry.id.kind == Kind::Database {
                *change = Change::Changed;
            }
        }
        let mut changes: Vec<(Change, Entry)> =
            changes.into_iter().map(|(_, change)| change).collect();
        changes.dedup();
        let step = Step {
            transaction: self.transaction(conn, migration, direction).await?,
            words: script.map(Script::sql).map(named).unwrap_or_default(),
            alone: was_alone && is_alone,
        };
        let (ours, mut doubtful): (Vec<_>, Vec<_>) = without_followers(changes)
            .into_iter()
            .partition(|(change, entry)| step.did(change, entry));
        // The setup of another test has made it, where all find it.
        doubtful.retain(|(change, entry)| {
            !(*change == Change::Extra && entry.id.kind == Kind::Extension)
        });
        let mut findings = Vec::new();
        if !ours.is_empty() {
            findings.push(finding(migration, direction, ours, &self.own));
        }
        if !doubtful.is_empty() {
            let title = format!(
                "while the {direction} of {} ran, something changed outside of its schema; another session may have done it",
                migration.version()
            );
            let note = Finding::note("outside_changed", title);
            findings.push(
                at(note, migration, direction).differences(Sides::Outside, reported(doubtful)),
            );
        }
        Ok(findings)
    }

    /// The transaction that recorded the version: the last to write to the bookkeeping table.
    async fn transaction(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
        direction: Direction,
    ) -> driver::Result<Option<i64>> {
        if direction == Direction::Down || !migration.up().transactional {
            return Ok(None);
        }
        let tables = self.tables.iter().map(|table| format!("SELECT {COLUMN} FROM {table}"));
        let question = format!(
            "SELECT ({COLUMN}::text::numeric % 4294967296)::bigint FROM ({}) t ORDER BY {COLUMN} DESC LIMIT 1",
            tables.collect::<Vec<_>>().join(" UNION ALL ")
        );
        driver::query_scalar(&question).fetch_optional(conn).await
    }
}

impl Observer for Outside {
    fn after<'a>(
        &'a mut self,
        step: StepView<'a>,
        conn: &'a mut PgConnection,
        result: &'a mut Result<StepResult, StepError>,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            match result {
                Ok(_) => {
                    let (migration, direction) = (step.migration, step.direction);
                    let findings = self.look(conn, migration, direction).await;
                    step.observations.report(findings.map_err(|error| step.failure(&error))?);
                }
                // What failed was rolled back.
                Err(error) => advise(error, &step.script(), conn, &self.own).await,
            }
            Ok(())
        })
    }
}

/// The facts about a step by which its changes are distinguished from those of others.
struct Step {
    transaction: Option<i64>,
    words: BTreeSet<String>,
    alone: bool,
}

impl Step {
    fn did(&self, change: &Change, entry: &Entry) -> bool {
        let is_named = self.names(&entry.id);
        match change {
            Change::Missing => is_named || self.alone,
            _ if self.transaction == Some(entry.transaction) => true,
            // A block with EXCEPTION works in transactions of its own.
            _ if self.transaction.is_some() && !self.words.contains("exception") => false,
            Change::Extra => is_named || self.alone,
            _ => is_named,
        }
    }

    fn names(&self, id: &ObjectId) -> bool {
        let plain = plain_name(id);
        let schema = id.schema.as_deref().filter(|schema| *schema != "public");
        [Some(plain), id.parent.as_deref(), schema]
            .into_iter()
            .flatten()
            .any(|name| self.words.contains(name))
    }
}

/// The name by which a script mentions an object, without argument types.
fn plain_name(id: &ObjectId) -> &str {
    match id.kind {
        Kind::Database => "database",
        Kind::Cast => "cast",
        Kind::Transform => "transform",
        _ => id.name.split('(').next().unwrap_or_default(),
    }
}

fn named(sql: &str) -> BTreeSet<String> {
    words(sql).map(|(_, word)| word).collect()
}

/// Returns true if no other test works in this database.
async fn alone(conn: &mut PgConnection) -> driver::Result<bool> {
    let others = "SELECT count(*) <= 1 FROM pg_catalog.pg_namespace \
                  WHERE nspname ~ '^gauntlet_.+_[0-9a-f]{32}$'";
    driver::query_scalar(others).fetch_one(conn).await
}

async fn read(conn: &mut PgConnection) -> driver::Result<BTreeMap<(String, i64), Entry>> {
    let objects = outside(conn).await.map_err(|error| match error {
        CatalogError::Database(error) => error,
        other => driver::Error::Decode(Box::new(other)),
    })?;
    let entry = |object: OutsideObject| {
        let OutsideObject { class, row, transaction, mut id } = object;
        let part = match class.as_str() {
            "pg_db_role_setting" => Some(match id.parent.take() {
                Some(role) => format!("settings of role {}", quote_if_needed(&role)),
                None => "settings".to_owned(),
            }),
            "pg_shdescription" => Some("comment".to_owned()),
            _ => None,
        };
        ((class, row), Entry { id, transaction, part })
    };
    Ok(objects.into_iter().map(entry).collect())
}

/// Leaves out what only follows from another change: all that is in a schema which was made or dropped, all that hangs
/// on a table which was.
fn without_followers(changes: Vec<(Change, Entry)>) -> Vec<(Change, Entry)> {
    let whole = |change: &Change| *change != Change::Changed;
    let schemas: BTreeSet<String> = changes
        .iter()
        .filter(|(change, entry)| whole(change) && entry.id.kind == Kind::Schema)
        .map(|(_, entry)| entry.id.name.clone())
        .collect();
    let tables: BTreeSet<(Option<String>, String)> = changes
        .iter()
        .filter(|(_, entry)| entry.id.kind.is_relation())
        .map(|(_, entry)| (entry.id.schema.clone(), entry.id.name.clone()))
        .collect();
    let follows = |entry: &Entry| {
        let id = &entry.id;
        id.schema.as_ref().is_some_and(|schema| schemas.contains(schema))
            || id
                .parent
                .as_ref()
                .is_some_and(|parent| tables.contains(&(id.schema.clone(), parent.clone())))
    };
    changes.into_iter().filter(|(_, entry)| !follows(entry)).collect()
}

fn reported(changes: Vec<(Change, Entry)>) -> Vec<Difference> {
    let mut differences: Vec<Difference> = changes
        .into_iter()
        .map(|(change, entry)| Difference {
            object: entry.id,
            change,
            attribute: None,
            expected: None,
            actual: entry.part.map(Value::from),
            severity: Severity::Failure,
        })
        .collect();
    differences.sort();
    differences.dedup();
    differences
}

fn at(finding: Finding, migration: &Migration, direction: Direction) -> Finding {
    match direction {
        Direction::Up => finding.at_up(migration),
        Direction::Down => finding.at_down(migration),
    }
}

fn finding(
    migration: &Migration,
    direction: Direction,
    changes: Vec<(Change, Entry)>,
    own: &OwnDatabase,
) -> Finding {
    let title = format!("the {direction} of {} reaches out of its schema", migration.version());
    let mut finding = at(Finding::failure(OUTSIDE_SCHEMA, title), migration, direction);
    let script = match direction {
        Direction::Up => Some(migration.up()),
        Direction::Down => migration.down(),
    };
    let differences = reported(changes);
    if let (Some(script), Some(first)) = (script, differences.first()) {
        let plain = plain_name(&first.object);
        finding.position = words(script.sql())
            .find(|(_, word)| word == plain)
            .map(|(at, _)| crate::sql::Position::of_byte(script.sql(), at));
    }
    let lives_in_none = |d: &Difference| d.object.schema.is_none();
    let help = if differences.iter().any(|d| d.object.kind == Kind::Schema) {
        "a history with schemas of its own needs a database of its own for each test"
    } else if differences.iter().all(lives_in_none) {
        "make it in the suite's setup file, which runs before (`setup = \"setup.sql\"`), or give each test a database of its own"
    } else {
        "name it without a schema, so that it lands in the test's own, or give each test a database of its own"
    };
    let left = differences.iter().any(|d| d.change == Change::Extra);
    let finding = finding.differences(Sides::Outside, differences);
    let finding = if left {
        finding
            .fact("this tool takes nothing away outside of its own schemas: what is left there is yours to drop")
    } else {
        finding
    };
    finding.help_declare(own.advice(help), "isolation", DeclaredValue::Text("database".to_owned()))
}

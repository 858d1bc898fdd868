//! The findings: one for each version and fault, with the queries that it concerns.

use crate::checks::parts::new_only::JUDGED;
use crate::context::Release;
use crate::engines::Engine;
use crate::finding::{DatabaseMessage, DeclaredValue, Fact, Finding, Severity};
use crate::history::Migration;
use crate::queries::{Effect, Omitted, Query, QueryChange, omitted};

/// What the server says of a type that it does not know (`undefined_object`).
const NO_SUCH_OBJECT: &str = "42704";

/// What it says of a name that has come to be one of several (`ambiguous_column`, `ambiguous_function`).
const AMBIGUOUS_COLUMN: &str = "42702";
const AMBIGUOUS_FUNCTION: &str = "42725";

/// What it says of a column that takes no value any more (`generated_always`).
const GENERATED_ALWAYS: &str = "428C9";

/// The kind of the note on what an old program does at its start.
pub(crate) const OLD_BUILD: &str = "old_build";

/// A query of the old program that a new version breaks.
pub(super) struct Broken<'a> {
    pub(super) query: &'a Query,
    pub(super) migration: &'a Migration,
    pub(super) fault: Fault,
}

/// How a query does not work any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It cannot be prepared.
    Fails(DatabaseMessage),
    /// It cannot be prepared with the types of parameters that the program declares.
    Binds { types: String, message: DatabaseMessage },
    /// It returns something else.
    Differs(Vec<QueryChange>),
    /// It fails where it was prepared before.
    Stale(DatabaseMessage),
    /// It inserts no value into a column that needs one.
    Omits(Vec<Omitted>),
}

impl Fault {
    /// Whether all that is different is which values a column can have.
    pub(super) fn is_of_values(&self) -> bool {
        let of_values = |change: &QueryChange| change.effect == Effect::Values;
        matches!(self, Fault::Differs(changes) if changes.iter().all(of_values))
    }
}

/// One finding for each version and fault, in the order in which they were met.
pub(super) fn findings(broken: &[Broken<'_>]) -> Vec<Finding> {
    let mut groups: Vec<Vec<&Broken<'_>>> = Vec::new();
    for one in broken {
        let same = |group: &&mut Vec<&Broken<'_>>| {
            group[0].migration.id() == one.migration.id() && group[0].fault == one.fault
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups.iter().map(|group| finding(group)).collect()
}

fn finding(group: &[&Broken<'_>]) -> Finding {
    let Broken { migration, fault, .. } = group[0];
    let version = migration.version();
    let many = match group.len() {
        1 => "a query".to_owned(),
        n => format!("{n} queries"),
    };
    let of = "of the deployed program";
    let (kind, title) = match fault {
        Fault::Fails(message) | Fault::Binds { message, .. } => {
            ("old_query_fails", format!("{version} breaks {many} {of}: {}", message.message))
        }
        Fault::Differs(_) => {
            let returns = if group.len() == 1 { "returns" } else { "return" };
            ("old_query_changed", format!("{version} changes what {many} {of} {returns}"))
        }
        Fault::Stale(message) => (
            "open_connection_fails",
            format!("{version} breaks {many} on connections that are open: {}", message.message),
        ),
        Fault::Omits(columns) => (
            "old_insert_fails",
            format!(
                "{version} breaks {many} {of}: no value for the column {}",
                omitted::listed(columns)
            ),
        ),
    };
    let mut finding = Finding::failure(kind, title).at_up(migration);
    for Broken { query, .. } in group {
        let (place, sql) = (query.place.clone(), query.in_one_line());
        finding = finding.fact(Fact::Statement { place, sql });
    }
    let finding = match fault {
        Fault::Fails(message) => finding
            .fact(Fact::Database(message.clone()))
            .fact("an old program fails with it from this version on, until it is replaced")
            .help(match message.sqlstate.as_deref() {
                Some(AMBIGUOUS_COLUMN) => {
                    "name the table of the column in the query, and ship that before this version"
                }
                Some(AMBIGUOUS_FUNCTION) => {
                    "give what is added another name, or ship a program that says which it means before this version"
                }
                Some(GENERATED_ALWAYS) => {
                    "ship a program that does not write to the column before this version"
                }
                _ => "keep what it needs, and drop it in a version that ships after the new program",
            }),
        Fault::Binds { types, message } => finding
            .fact(Fact::Database(message.clone()))
            .fact(format!(
                "an old program that binds its parameters as ({types}), as sqlx does, fails with it until it is replaced"
            ))
            .help(if message.sqlstate.as_deref() == Some(NO_SUCH_OBJECT) {
                "keep the type under its name, and drop or rename it in a version that ships after the new program"
            } else {
                "add a column instead, and drop the old one in a version that ships after the new program"
            }),
        Fault::Differs(changes) => {
            finding.facts.extend(changes.iter().map(|change| Fact::Text(change.to_string())));
            if fault.is_of_values() {
                finding.severity = Severity::Note;
                finding
                    .fact("an old program fails to read a value that it does not know")
                    .help("write the new values once the old program is replaced")
            } else {
                finding
                    .fact("an old program may fail to read the rows until it is replaced")
                    .help(way(changes))
            }
        }
        Fault::Stale(message) => finding
            .fact(Fact::Database(message.clone()))
            .fact("each connection that has run it fails with it until the connection is closed")
            .help(if group.iter().any(|broken| broken.query.in_one_line().contains('*')) {
                "name the columns in the query instead of `*`, and ship that before this version"
            } else {
                "close the connections right after this version, as a restart of the program does"
            }),
        Fault::Omits(columns) => finding
            .fact(format!(
                "an old program fails with ERROR {} from this version on, until it is replaced",
                omitted::code(columns)
            ))
            .help("give the column a default, or allow NULL until the old program is replaced"),
    };
    except(finding, group)
}

/// The way around a change of what a query returns.
fn way(changes: &[QueryChange]) -> &'static str {
    let is = |text: &str| changes.iter().any(|change| change.is.as_deref() == Some(text));
    if changes.iter().any(|change| change.is.is_none()) {
        "keep the column, and drop it in a version that ships after the new program"
    } else if is("nullable") {
        "write no NULL until the old program is replaced, and then ship this version"
    } else {
        "add a column instead, and drop the old one in a version that ships after the new program"
    }
}

/// Adds the exception. The files of a long list are for the reader to name.
fn except(finding: Finding, group: &[&Broken<'_>]) -> Finding {
    const NAMED: usize = 3;
    let mut globs: Vec<String> = group.iter().filter_map(|one| one.query.as_exception()).collect();
    globs.dedup();
    if globs.is_empty() || globs.len() > NAMED {
        return finding;
    }
    let them = if group.len() == 1 { "it" } else { "them" };
    finding.help_declare(
        format!("or, if no deployed program runs {them}, except {them}"),
        "queries",
        DeclaredValue::Parts(vec![("except".to_owned(), DeclaredValue::Texts(globs))]),
    )
}

/// A note on an old program that starts on the new database.
pub(super) fn old_build(engine: &dyn Engine, first_new: &Migration) -> Option<Finding> {
    let (does, setting) = engine.on_newer_database(first_new.id())?;
    let title = format!("an old program does not start once {} is applied", first_new.version());
    let finding = Finding::note(OLD_BUILD, title).at_up(first_new);
    let finding = finding.fact(format!("where it runs its migrations at its start, {does}"));
    Some(finding.help_rust("let it start, also after a rollback of the deployment", setting))
}

/// The note that says how much was judged.
pub(super) fn count(new: usize, release: &Release) -> Finding {
    let versions = match new {
        1 => "1 new version".to_owned(),
        n => format!("{n} new versions"),
    };
    let queries = match release.queries.queries.len() {
        1 => "1 query".to_owned(),
        n => format!("{n} queries"),
    };
    let origin = &release.shipped.origin;
    Finding::note(JUDGED, format!("judged {versions} with {queries} of {origin}"))
}

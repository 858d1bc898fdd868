//! The findings: one for each version and symptom, with the queries that have it.

use crate::checks::parts::new_only::JUDGED;
use crate::finding::{DatabaseMessage, DeclaredValue, Fact, Finding, Severity};
use crate::history::Migration;
use crate::queries::{Effect, Found, Omitted, Query, QueryChange, omitted};

/// A query that does not fit.
pub(super) struct Wrong<'a> {
    pub(super) query: &'a Query,
    pub(super) symptom: Symptom,
    /// `None` where it was not looked for.
    pub(super) broken_by: Option<Cause<'a>>,
}

/// How a query does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Symptom {
    /// It cannot be prepared.
    Fails(DatabaseMessage),
    /// It inserts no value into a column that needs one, `nick of users`.
    Omits(Vec<Omitted>),
    /// It takes or returns something else.
    Differs(Vec<QueryChange>),
}

/// Why a query does not fit.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cause<'a> {
    /// It fits before this version.
    Version(&'a Migration),
    /// It fits no version.
    Never,
}

impl Wrong<'_> {
    /// Whether another one has the same cause and symptom.
    fn is_like(&self, other: &Wrong<'_>) -> bool {
        let same_cause = match (self.broken_by, other.broken_by) {
            (Some(Cause::Version(one)), Some(Cause::Version(other))) => one.id() == other.id(),
            (Some(Cause::Never), Some(Cause::Never)) | (None, None) => true,
            _ => false,
        };
        same_cause
            && self.symptom == other.symptom
            && self.may_be_foreign() == other.may_be_foreign()
    }

    /// A query of the workspace for which no version has the relation may be one of another database.
    fn may_be_foreign(&self) -> bool {
        const UNDEFINED: [&str; 4] = ["42P01", "3F000", "42883", "42704"];
        let Symptom::Fails(message) = &self.symptom else { return false };
        let undefined = message.sqlstate.as_deref().is_some_and(|code| UNDEFINED.contains(&code));
        undefined && self.query.of_workspace && matches!(self.broken_by, Some(Cause::Never))
    }
}

/// One finding for each version and symptom, in the order of the queries.
pub(super) fn findings(wrong: &[Wrong<'_>]) -> Vec<Finding> {
    let mut groups: Vec<Vec<&Wrong<'_>>> = Vec::new();
    for one in wrong {
        match groups.iter_mut().find(|group| group[0].is_like(one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups.iter().map(|group| finding(group)).collect()
}

/// The note that says how much was judged.
pub(super) fn count(found: &Found) -> Finding {
    let mut text = match found.queries.len() {
        1 => "prepared 1 query".to_owned(),
        n => format!("prepared {n} queries"),
    };
    for (count, what) in [(found.excepted, "excepted"), (found.of_others, "of other databases")] {
        if count > 0 {
            text = format!("{text}; {count} {what}");
        }
    }
    Finding::note(JUDGED, text)
}

/// The queries of a group have one cause and one symptom.
fn finding(group: &[&Wrong<'_>]) -> Finding {
    let first = group[0];
    let queries: Vec<&Query> = group.iter().map(|one| one.query).collect();
    let finding = match &first.symptom {
        Symptom::Fails(message) => fails(&queries, message, first),
        Symptom::Omits(columns) => omits(&queries, columns, first),
        Symptom::Differs(changes) => differs(&queries, changes, first),
    };
    except(finding, &queries)
}

fn fails(queries: &[&Query], message: &DatabaseMessage, first: &Wrong<'_>) -> Finding {
    let title = broken(queries, &message.message, first);
    let finding = at(Finding::failure("query_fails", title), queries, first);
    let mut finding = finding.fact(Fact::Database(message.clone()));
    if first.may_be_foreign() {
        finding.severity = Severity::Note;
        return finding
            .fact("it stands in the folder of the workspace, and may be of another database");
    }
    finding.help(if is_recorded(queries) {
        "correct the query and run `cargo sqlx prepare`, or correct the version"
    } else {
        "correct the query or the version"
    })
}

fn omits(queries: &[&Query], columns: &[Omitted], first: &Wrong<'_>) -> Finding {
    let title =
        broken(queries, &format!("no value for the column {}", omitted::listed(columns)), first);
    let finding = at(Finding::failure("insert_fails", title), queries, first);
    let finding = finding
        .fact(format!("each row that it inserts fails with ERROR {}", omitted::code(columns)));
    finding.help(if is_recorded(queries) {
        "name the column in the query and run `cargo sqlx prepare`, or give the column a default"
    } else {
        "name the column in the query, or give the column a default"
    })
}

/// What breaks queries, and how.
fn broken(queries: &[&Query], said: &str, first: &Wrong<'_>) -> String {
    let many = counted(queries.len());
    match first.broken_by {
        Some(Cause::Version(migration)) => {
            format!("{} breaks {many}: {said}", migration.version())
        }
        Some(Cause::Never) => format!("no version fits {many}: {said}"),
        None => format!("head does not fit {many}: {said}"),
    }
}

fn is_recorded(queries: &[&Query]) -> bool {
    queries.iter().any(|query| query.recorded.is_some())
}

fn differs(queries: &[&Query], changes: &[QueryChange], first: &Wrong<'_>) -> Finding {
    let many = counted(queries.len());
    let title = match first.broken_by {
        Some(Cause::Version(migration)) => {
            format!("{} changes what {many} {}", migration.version(), gives(queries.len()))
        }
        Some(Cause::Never) => format!("no version fits {many} as recorded"),
        None => format!("head changes what {many} {}", gives(queries.len())),
    };
    let mut finding = at(Finding::failure("query_changed", title), queries, first);
    finding.facts.extend(changes.iter().map(|change| Fact::Text(change.to_string())));
    if changes.iter().all(|change| change.effect == Effect::Values) {
        finding.severity = Severity::Note;
    }
    finding.help("run `cargo sqlx prepare`, and correct the code that then does not compile")
}

fn counted(queries: usize) -> String {
    match queries {
        1 => "a query".to_owned(),
        n => format!("{n} queries"),
    }
}

fn gives(queries: usize) -> &'static str {
    if queries == 1 { "takes or returns" } else { "take or return" }
}

/// The script at fault, and the queries. Without a version the file of the query is at fault.
fn at(finding: Finding, queries: &[&Query], first: &Wrong<'_>) -> Finding {
    let finding = match first.broken_by {
        Some(Cause::Version(migration)) => finding.at_up(migration),
        _ => finding.at(queries[0].file.as_deref()),
    };
    let statement =
        |query: &&Query| Fact::Statement { place: query.place.clone(), sql: query.in_one_line() };
    queries.iter().map(statement).fold(finding, Finding::fact)
}

/// Adds the exception. The files of a long list are for the reader to name.
fn except(finding: Finding, queries: &[&Query]) -> Finding {
    const NAMED: usize = 3;
    let mut globs: Vec<String> = queries.iter().filter_map(|query| query.as_exception()).collect();
    globs.dedup();
    if globs.is_empty() || globs.len() > NAMED {
        return finding;
    }
    let them = if globs.len() == 1 && queries.len() == 1 { "it" } else { "them" };
    let text = if finding.help.is_empty() {
        format!("except {them}")
    } else {
        format!("or, if another database is meant, except {them}")
    };
    finding.help_declare(
        text,
        "queries",
        DeclaredValue::Parts(vec![("except".to_owned(), DeclaredValue::Texts(globs))]),
    )
}

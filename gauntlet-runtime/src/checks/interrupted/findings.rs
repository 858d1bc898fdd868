//! The findings about versions that were cut off.

use std::collections::BTreeSet;

use super::state::Deviation;
use crate::catalog::{Change, Difference, Kind, ObjectId};
use crate::engines::{Cut, StepError};
use crate::finding::{DatabaseMessage, DeclaredValue, Fact, Finding, Severity, Sides};
use crate::history::Migration;
use crate::names::quote_if_needed;
use crate::sql::{self, Position, Statement};

/// What the server says of an object or a label that is there already.
const EXISTS: &str = "42710";

/// How much of a statement is shown.
const SHOWN: usize = 100;

/// A version that was cut off, and how its engine sends it.
pub(super) struct CutOff<'a> {
    pub(super) migration: &'a Migration,
    /// Whether the engine sends a statement at a time.
    pub(super) alone: bool,
    /// The line with which a script says that it runs outside of a transaction.
    pub(super) no_transaction: Option<&'a str>,
}

/// A version that fails when it is run again.
pub(super) struct Stuck {
    pub(super) error: StepError,
    /// The way out, if one is known that leads to the right end.
    pub(super) way: Option<Way>,
}

/// A way out after a run that was cut off, as SQL.
pub(super) enum Way {
    /// Takes back what the run has left, so that the version can run again.
    TakeBack(String),
    /// Does what the run has not done, so that only the record is missing.
    Finish(String),
}

impl<'a> CutOff<'a> {
    fn statements(&self) -> Vec<Statement<'a>> {
        sql::split(&self.migration.up().text)
    }

    /// The statement that a cut is in or behind.
    fn statement(&self, cut: Cut) -> Option<Statement<'a>> {
        let statements = self.statements();
        let at = match cut {
            Cut::Within(at) => at,
            Cut::After(count) => count.checked_sub(1)?,
            Cut::BeforeCommit => statements.len().checked_sub(1)?,
        };
        statements.get(at).copied()
    }

    /// Whether all of the version is done at a cut, except for its record.
    fn is_all(&self, cut: Cut) -> bool {
        cut == Cut::After(self.statements().len())
    }

    /// `in the middle of CREATE INDEX ...`.
    fn place(&self, cut: Cut) -> String {
        let statement = self.statement(cut).map(|statement| one_line(statement.text));
        let statement = statement.unwrap_or_default();
        match cut {
            Cut::Within(_) => format!("in the middle of {statement}"),
            Cut::After(_) if self.is_all(cut) => {
                "after its last statement, before it was recorded".to_owned()
            }
            Cut::After(_) | Cut::BeforeCommit => format!("after {statement}"),
        }
    }

    /// The places where the version was cut off.
    fn places(&self, cuts: &[Cut]) -> Vec<Fact> {
        let lead = ["the run was cut off ", "the same where it was cut off "];
        let line = |(at, cut): (usize, &Cut)| {
            Fact::Text(format!("{}{}", lead[at.min(1)], self.place(*cut)))
        };
        cuts.iter().enumerate().map(line).collect()
    }

    /// The line of the statement that a cut is in or behind.
    fn at(&self, mut finding: Finding, cut: Cut) -> Finding {
        let text = &self.migration.up().text;
        let position = self.statement(cut).map(|one| Position::of_byte(text, one.offset));
        finding.position = position;
        finding
    }

    /// Whether the script ends transactions by itself.
    fn ends_transactions(&self) -> bool {
        self.migration.up().transactional
    }
}

/// A version that has a transaction leaves something behind all the same.
pub(super) fn leaves(
    migration: &Migration,
    differences: Vec<Difference>,
    tables: &BTreeSet<&str>,
) -> Finding {
    let title = format!(
        "{} has a transaction, and leaves something behind when it is cut off before the commit",
        migration.version()
    );
    let mut finding = Finding::failure("left_behind", title).at_up(migration);
    let rows = |table: &&str| Fact::Text(format!("the rows of table {table} are different"));
    finding.facts.extend(tables.iter().map(rows));
    finding
        .differences(Sides::BeforeAndCutOff, differences)
        .help("do in its own session what the script does over another connection, so that it is one transaction")
        .help_declare("or, if that is intended", "interrupted", allow(migration))
}

/// A version that passes when it is run again, and does not end as it should.
pub(super) fn ends_otherwise(
    cut_off: &CutOff<'_>,
    found: Vec<(Cut, Deviation)>,
) -> Option<Finding> {
    let migration = cut_off.migration;
    let cuts: Vec<Cut> = found.iter().map(|(cut, _)| *cut).collect();
    let (cut, deviation) = found.into_iter().next()?;
    let title = format!(
        "after an interrupted run, {} passes but does not end as a clean run does",
        migration.version()
    );
    let mut finding = Finding::failure("ends_otherwise", title).at_up(migration);
    finding = cut_off.at(finding, cut);
    finding.facts = cut_off.places(&cuts);
    finding.facts.extend(deviation.rows.iter().map(|change| Fact::Text(change.line())));
    // The second one is valid where the index has no name of its own.
    let unnamed =
        cut_off.statement(cut).is_some_and(|statement| makes_unnamed_index(statement.text));
    let differences = deviation.differences.iter();
    let differences = differences.filter(|one| !unnamed || one.change != Change::Extra);
    let invalid: Vec<String> = differences.filter_map(invalid_index).collect();
    // All that the version is for is there.
    let only_more = deviation.rows.is_empty()
        && deviation.differences.iter().all(|one| is_index(one) && one.change == Change::Extra);
    let finding = finding.differences(Sides::UndisturbedAndAgain, deviation.differences);
    if invalid.is_empty() {
        let finding = finding.help(cut_off.way_to_end());
        return Some(finding.help_declare(
            "or, if somebody watches over it",
            "interrupted",
            allow(migration),
        ));
    }
    let drop = |name: &String| format!("DROP INDEX CONCURRENTLY IF EXISTS {name};");
    let drops: Vec<String> = invalid.iter().map(drop).collect();
    let drops = drops.join("\n");
    let mut finding = if cut_off.alone {
        finding.help_sql("drop what a run may have left, in front of the statement", drops)
    } else if only_more {
        finding.help_sql("where that has happened, drop the invalid index", drops)
    } else if unnamed {
        finding
            .help("give the index a name: the next run then stops at the invalid index, and does not build another one beside it")
            .help_sql("where an index is invalid already, drop it before the next run", drops)
    } else {
        finding
            .help("leave out IF NOT EXISTS: the next run then stops at the invalid index")
            .help_sql("where an index is invalid already, drop it before the next run", drops)
    };
    if only_more {
        finding.severity = Severity::Note;
        return Some(finding);
    }
    Some(finding.help_declare("or, if somebody watches over it", "interrupted", allow(migration)))
}

/// Whether a statement builds an index for which the server chooses a name.
fn makes_unnamed_index(statement: &str) -> bool {
    let words: Vec<String> = sql::words(statement).map(|(_, word)| word).collect();
    words.windows(2).any(|pair| pair == ["concurrently", "on"])
}

fn is_index(difference: &Difference) -> bool {
    difference.object.kind == Kind::Index
}

/// The name as SQL of an index that is invalid and should not be, or that should not be there.
fn invalid_index(difference: &Difference) -> Option<String> {
    let invalid =
        difference.attribute.as_deref() == Some("invalid") || difference.change == Change::Extra;
    (is_index(difference) && invalid).then(|| name(&difference.object))
}

/// The name of an index as SQL.
pub(super) fn name(index: &ObjectId) -> String {
    let name = quote_if_needed(&index.name);
    match &index.schema {
        Some(schema) => format!("{}.{name}", quote_if_needed(schema)),
        None => name,
    }
}

/// A version that fails when it is run again. A note, where a way out is known.
pub(super) fn fails_again(cut_off: &CutOff<'_>, found: Vec<(Cut, Stuck)>) -> Option<Finding> {
    let migration = cut_off.migration;
    let cuts: Vec<Cut> = found.iter().map(|(cut, _)| *cut).collect();
    // What matters most is a place from which nothing leads on.
    let leads_on = |(cut, stuck): &(Cut, Stuck)| stuck.way.is_some() || cut_off.is_all(*cut);
    let worst = found.iter().position(|one| !leads_on(one)).unwrap_or(0);
    let fails = found.iter().any(|one| !leads_on(one));
    let (cut, Stuck { error, way }) = found.into_iter().nth(worst)?;
    let title =
        format!("after an interrupted run, {} fails when it runs again", migration.version());
    let mut finding = Finding::step("fails_again", title, &error);
    finding.severity = if fails { Severity::Failure } else { Severity::Note };
    finding.help.clear();
    let mut places = cuts.clone();
    places.retain(|other| *other != cut);
    places.insert(0, cut);
    finding.facts.extend(cut_off.places(&places));
    let finding = match way {
        _ if error.sqlstate.as_deref() == Some(EXISTS) && error.message.contains("enum label") => {
            finding.help("use ADD VALUE IF NOT EXISTS: PostgreSQL cannot remove a label")
        }
        _ if cut_off.is_all(cut) => finding.help(cut_off.way_to_end()),
        Some(Way::TakeBack(sql)) if cut_off.alone && matches!(cut, Cut::Within(_)) => {
            finding.help_sql("drop what a run may have left, in front of the statement", sql)
        }
        Some(Way::TakeBack(sql)) => {
            finding.help_sql("where that has happened, before the next run", sql)
        }
        Some(Way::Finish(sql)) => {
            finding.help_sql("where that has happened, finish it, and record the version", sql)
        }
        None => finding.help(cut_off.way_to_end()),
    };
    Some(if fails {
        finding.help_declare("or, if somebody watches over it", "interrupted", allow(migration))
    } else {
        finding
    })
}

impl CutOff<'_> {
    /// The way to a version that can be run again.
    fn way_to_end(&self) -> String {
        if self.ends_transactions() {
            return "leave out the statements that begin and end transactions: the engine has one for the script and its record"
                .to_owned();
        }
        let way = "write it so that it can run again (IF NOT EXISTS, IF EXISTS, ON CONFLICT)";
        match self.no_transaction {
            Some(line) => format!("{way}, or, if it can run in a transaction, leave out `{line}`"),
            None => format!("{way}, or let it run in a transaction"),
        }
    }
}

/// The rows that are generated for a version are none that it takes.
pub(super) fn without_rows(migration: &Migration, error: &StepError) -> Finding {
    let version = migration.version();
    let title = format!(
        "{version} was cut off on tables without generated rows: it fails on them, which `populated` reports"
    );
    Finding::note("without_rows", title)
        .at_up(migration)
        .fact(Fact::Database(DatabaseMessage::of_step(error)))
}

fn allow(migration: &Migration) -> DeclaredValue {
    let versions = DeclaredValue::Versions(vec![migration.id().clone()]);
    DeclaredValue::Parts(vec![("allow".to_owned(), versions)])
}

/// The beginning of a statement in one line.
fn one_line(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

//! What scripts leave in their sessions, over a whole walk, and what follows from that.

use crate::engines::{
    Engine, Instead, SessionItem, SettingChange, Step, StepError, Stray, may_stray,
};
use crate::finding::{Fact, Finding};
use crate::history::{Direction, Migration, Version};
use crate::names::quote_if_needed;
use crate::sql::{self, Position};

/// How many scripts a note names.
const NAMED: usize = 5;

/// What the steps of a walk left in their sessions.
#[derive(Debug, Clone, Default)]
pub(in crate::checks) struct LeftInSessions {
    /// Each thing once for each script.
    left: Vec<(Version, Direction, SessionItem)>,
    /// An up may have changed what no question shows.
    affects: bool,
}

impl LeftInSessions {
    /// Takes note of a step.
    pub(in crate::checks) fn note(&mut self, step: &Step) {
        self.affects |= step.affects && step.direction == Direction::Up;
        for item in &step.left {
            let entry = (step.version.clone(), step.direction, item.clone());
            let known = |(version, direction, one): &(Version, Direction, SessionItem)| {
                *version == step.version && *direction == step.direction && same(one, item)
            };
            if !self.left.iter().any(known) {
                self.left.push(entry);
            }
        }
    }

    /// How many things are noted.
    pub(in crate::checks) fn count(&self) -> usize {
        self.left.len()
    }

    /// Adds what was noted later, of which the first `known` things are noted already.
    pub(in crate::checks) fn add(&mut self, later: LeftInSessions, known: usize) {
        self.affects |= later.affects;
        self.left.extend(later.left.into_iter().skip(known));
    }

    /// Returns true if the outcome may depend on which versions share a session.
    pub(in crate::checks) fn matters(&self) -> bool {
        self.affects || self.of_ups().any(|(_, item)| item.matters())
    }

    fn of_ups(&self) -> impl Iterator<Item = (&Version, &SessionItem)> {
        self.left
            .iter()
            .filter(|(_, direction, _)| *direction == Direction::Up)
            .map(|(version, _, item)| (version, item))
    }

    /// Facts on what ups left that an error may come from: what it names, else all.
    pub(in crate::checks) fn behind(&self, error: &StepError) -> Vec<Fact> {
        let named = |item: &SessionItem| error.message.contains(item.name());
        let any = self.of_ups().any(|(_, item)| named(item));
        let facts = self
            .of_ups()
            .filter(|(version, item)| {
                **version != error.version && if any { named(item) } else { item.matters() }
            })
            .map(|(version, item)| format!("{version} leaves the {item} in its session").into());
        facts.take(NAMED).collect()
    }

    /// Facts on all that ups left and that may matter.
    pub(in crate::checks) fn of_all(&self) -> Vec<Fact> {
        let facts = self
            .of_ups()
            .filter(|(_, item)| item.matters())
            .map(|(version, item)| format!("{version} leaves the {item} in its session").into());
        facts.take(NAMED).collect()
    }

    /// A fact on what the up of the same version left and the error of its down names.
    pub(in crate::checks) fn of_own_up(&self, error: &StepError) -> Option<Fact> {
        let (version, item) = self.of_ups().find(|(version, item)| {
            **version == error.version && error.message.contains(item.name())
        })?;
        Some(
            format!(
                "the up of {version} leaves the {item} in its session, and a revert runs in a session of its own"
            )
            .into(),
        )
    }

    /// A note for each thing that is left, with the scripts that leave it.
    pub(in crate::checks) fn notes(self, migrations: &[Migration]) -> Vec<Finding> {
        type Group = (SessionItem, Vec<(Version, Direction, SessionItem)>);
        let mut groups: Vec<Group> = Vec::new();
        for (version, direction, item) in self.left {
            match groups.iter_mut().find(|(first, _)| same(first, &item)) {
                Some((_, scripts)) => scripts.push((version, direction, item)),
                None => groups.push((item.clone(), vec![(version, direction, item)])),
            }
        }
        groups.into_iter().map(|(item, scripts)| note(&item, &scripts, migrations)).collect()
    }
}

/// Returns true if two things are one, whatever their values.
fn same(one: &SessionItem, other: &SessionItem) -> bool {
    match (one, other) {
        (SessionItem::Setting(one), SessionItem::Setting(other)) => one.name == other.name,
        (one, other) => one == other,
    }
}

fn note(
    item: &SessionItem,
    scripts: &[(Version, Direction, SessionItem)],
    migrations: &[Migration],
) -> Finding {
    let what = match item {
        SessionItem::Setting(change) => format!("the setting {} changed", change.name),
        other => format!("the {other}"),
    };
    let mut note = match scripts {
        [(version, direction, _)] => {
            let note = Finding::note(
                "left_in_session",
                format!("the {direction} of {version} leaves {what} in its session"),
            );
            match migrations.iter().find(|m| m.version() == version) {
                Some(migration) if *direction == Direction::Up => note.at_up(migration),
                Some(migration) => note.at_down(migration),
                None => note,
            }
        }
        several => {
            let title = format!("{} scripts leave {what} in their sessions", several.len());
            let mut names: Vec<String> = several
                .iter()
                .take(NAMED)
                .map(|(version, direction, _)| format!("the {direction} of {version}"))
                .collect();
            if several.len() > NAMED {
                names.push(format!("{} more", several.len() - NAMED));
            }
            Finding::note("left_in_session", title).fact(names.join(", "))
        }
    };
    note = note.object(item.to_string());
    if let SessionItem::Setting(SettingChange { before, after, .. }) = item
        && scripts.iter().all(|(_, _, one)| one == item)
    {
        note = note.values(shown(before), shown(after));
    }
    let transactional = |(version, direction, _): &(Version, Direction, SessionItem)| {
        let migration = migrations.iter().find(|m| m.version() == version);
        migration.and_then(|m| m.script(*direction)).is_none_or(|script| script.transactional)
    };
    let (text, sql) = undo(item, scripts.iter().all(transactional));
    note.help_sql(text, sql)
}

fn shown(value: &str) -> String {
    if value.is_empty() { "(empty)".to_owned() } else { value.to_owned() }
}

/// How a script leaves nothing of this.
fn undo(item: &SessionItem, transactional: bool) -> (&'static str, String) {
    const END: &str = "add at the end of the script";
    match item {
        SessionItem::Setting(change) => match change.name.as_str() {
            "role" => (END, "RESET ROLE;".to_owned()),
            "session_authorization" => (END, "RESET SESSION AUTHORIZATION;".to_owned()),
            // The engine has to find its table in the same transaction.
            "search_path" => (END, "RESET search_path;".to_owned()),
            name if transactional => {
                ("use SET LOCAL, or add at the end of the script", format!("RESET {name};"))
            }
            name => (END, format!("RESET {name};")),
        },
        SessionItem::Temporary { kind, name } if kind == "table" => (
            "make it with ON COMMIT DROP, or add at the end of the script",
            format!("DROP TABLE pg_temp.{};", quote_if_needed(name)),
        ),
        SessionItem::Temporary { kind, name } => {
            (END, format!("DROP {} pg_temp.{};", kind.to_uppercase(), quote_if_needed(name)))
        }
        SessionItem::Prepared(name) => (END, format!("DEALLOCATE {};", quote_if_needed(name))),
        SessionItem::Cursor(name) => (END, format!("CLOSE {};", quote_if_needed(name))),
        SessionItem::AdvisoryLock(key) => (
            "use pg_advisory_xact_lock, or add at the end of the script",
            format!("SELECT pg_advisory_unlock({key});"),
        ),
        SessionItem::Channel(name) => (END, format!("UNLISTEN {};", quote_if_needed(name))),
    }
}

/// A version that fails where it is deployed alone, and passes in one session with those before it.
pub(in crate::checks) fn fails_alone(error: &StepError, left: &LeftInSessions) -> Finding {
    let title = format!("the up of {} fails when it is deployed alone", error.version);
    let finding = of_one_way("fails_alone", title, error);
    let mut finding = finding.fact("it passes in one session with the versions before it");
    finding.facts.extend(left.behind(error));
    finding.help("let the script make or set itself what it needs of its session")
}

/// A version that passes where it is deployed alone, and fails in one session with those before it.
pub(in crate::checks) fn fails_together(error: &StepError, left: &LeftInSessions) -> Finding {
    let facts = left.behind(error);
    let title = format!(
        "the up of {} fails when it is deployed together with the versions before it, in one session",
        error.version
    );
    let finding = of_one_way("fails_together", title, error);
    let mut finding = finding.fact("it passes in a session of its own");
    finding.facts.extend(facts);
    finding.help("let each script end in the session in which it began")
}

/// An up that fails in one of the two ways of deployment, without the help for one that fails in both.
fn of_one_way(kind: &'static str, title: String, error: &StepError) -> Finding {
    let mut finding = Finding::step(kind, &*title, error);
    finding.kind = kind.into();
    finding.title = title;
    finding.help.clear();
    finding
}

/// A script that leaves its transaction open.
pub(in crate::checks) fn left_open(migration: &Migration, direction: Direction) -> Finding {
    let title = format!("the {direction} of {} leaves a transaction open", migration.version());
    let finding = Finding::failure("transaction_left_open", title);
    let finding = match direction {
        Direction::Up => finding.at_up(migration),
        Direction::Down => finding.at_down(migration),
    };
    finding
        .fact("where it is deployed alone, the whole of it is rolled back at the end of the session, without an error")
        .help_sql("add at the end of the script", "COMMIT;".to_owned())
}

/// A script after which new sessions look elsewhere for the engine's table.
pub(in crate::checks) fn table_not_found(
    migration: &Migration,
    engine: &dyn Engine,
    stray: &Stray,
) -> Finding {
    let (name, table) = (engine.name(), engine.table());
    let title = format!(
        "after the up of {}, a new session of {name} does not find its table {table}",
        migration.version()
    );
    let mut finding = Finding::failure("table_not_found", title).at_up(migration);
    let script = migration.up().sql();
    let at_fault = |statement: &sql::Statement<'_>| may_stray(statement.text);
    if let Some(statement) = sql::split(script).into_iter().rev().find(at_fault) {
        let position = Position::of_byte(script, statement.offset);
        let line = script.lines().nth(position.line as usize - 1).unwrap_or_default().to_owned();
        finding.position = Some(position);
        finding = finding.fact(Fact::Excerpt { position, line });
    }
    finding
        .fact(match &stray.instead {
            Instead::MakesIn(schema) => format!(
                "the next run makes an empty one in the schema {schema}, and applies every version again"
            ),
            Instead::Fails(why) => format!("the next run fails: {why}"),
        })
        .help(
            "let new sessions have the schema of that table first in search_path, or let the table's name have its schema, \
             where the engine is configured",
        )
}

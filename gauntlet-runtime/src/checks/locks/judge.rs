//! The findings of one version: what is read or rewritten under a lock that others wait for, and short locks.

use std::time::Duration;

use super::safe_way::{self, Place, Step};
use super::small::Small;
use super::statement::Words;
use super::words::{self, blocks};
use crate::finding::{DeclaredValue, Fact, Finding, Help, Language, Severity};
use crate::history::Migration;
use crate::sql::Position;
use crate::stage::{Blocks, Footprint, Held, LockMode, Relation, Relations};

/// The time from which on a statement is worth a note. No load of a machine makes a quick one take so long.
const LONG: Duration = Duration::from_secs(10);

/// How much of a statement a line shows.
const SHOWN: usize = 80;

/// A version that was run statement by statement.
pub(super) struct Judged<'a> {
    pub(super) migration: &'a Migration,
    pub(super) footprints: &'a [Footprint],
    /// What existed before it.
    pub(super) relations: &'a Relations,
    /// What had shipped, where that is known and other new versions ran before this one.
    pub(super) shipped: Option<&'a Relations>,
    pub(super) small: &'a Small<'a>,
    /// The line with which a script says that it runs outside of a transaction.
    pub(super) no_transaction: Option<&'a str>,
}

/// What a statement does for as long as the rows take.
struct Slow<'a> {
    verb: &'static str,
    writes_files: bool,
    relations: Vec<&'a Relation>,
    /// Why it may be over in a moment.
    unless: Option<&'static str>,
}

/// Why a statement may be over in a moment.
const EMPTIES: &str = "where it only empties the table, this takes a moment";
const STOPS_EARLY: &str = "it may be over before it has read all rows";
const FEW_ROWS: &str = "an index finds the rows, as many as lie beyond the bound: where these are few, this takes a moment";

pub(super) fn judge(judged: &Judged<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut short: Vec<(usize, Vec<&Held>)> = Vec::new();
    // The statements whose locks are a part of a finding.
    let mut named: Vec<usize> = Vec::new();
    for (number, footprint) in judged.footprints.iter().enumerate() {
        let statement = Words::of(&footprint.text);
        let blocking = judged.blocking(footprint);
        if !blocking.is_empty()
            && let Some(slow) = judged.slow(number, &statement)
        {
            named.extend(blocking.iter().map(|held| held.taken_by));
            let finding = judged.long_lock(number, &slow, &blocking);
            findings.push(if judged.are_new(&blocking) { only_new(finding) } else { finding });
        } else {
            let own: Vec<&Held> =
                blocking.iter().copied().filter(|h| h.taken_by == number).collect();
            if !blocking.is_empty() && footprint.took >= LONG {
                findings.push(judged.took_long(footprint, &blocking));
            }
            if !own.is_empty() && !footprint.lock_timeout && !judged.are_new(&own) {
                short.push((number, own));
            }
        }
        findings.extend(judged.keeps_invalid_index(footprint, &statement));
    }
    if judged.footprints.iter().any(|footprint| !footprint.counts) {
        let title = "scans are not seen: the server does not count them";
        findings.push(
            Finding::note("scans_not_seen", title)
                .at_up(judged.migration)
                .help("turn the setting `track_counts` of the server on"),
        );
    }
    short.retain(|(number, _)| !named.contains(number));
    findings.extend(judged.short_locks(&short));
    findings.extend(judged.several_concurrent());
    findings
}

impl<'a> Judged<'a> {
    fn place(&self, footprint: &Footprint) -> Place<'a> {
        Place {
            relations: self.relations,
            rewrites: !footprint.rewritten.is_empty(),
            no_transaction: self.no_transaction,
        }
    }

    /// Whether all that is locked was made by other new versions.
    fn are_new(&self, locks: &[&Held]) -> bool {
        self.shipped.is_some_and(|shipped| {
            locks.iter().all(|held| !self.relations.existed(&held.relation, shipped))
        })
    }

    /// The locks that make others wait, the strongest of each relation.
    fn blocking(&self, footprint: &'a Footprint) -> Vec<&'a Held> {
        let mut strongest: Vec<&Held> = Vec::new();
        for held in &footprint.held {
            let nobody_reads = self.relations.is_unpopulated(&held.relation);
            if blocks(held).is_none() || self.small.allows(&held.relation) || nobody_reads {
                continue;
            }
            match strongest.iter_mut().find(|known| known.relation == held.relation) {
                Some(known) if known.mode < held.mode => *known = held,
                Some(_) => {}
                None => strongest.push(held),
            }
        }
        strongest
    }

    /// What takes as long as the rows take; `None` where nothing does.
    fn slow(&self, number: usize, statement: &Words<'_>) -> Option<Slow<'a>> {
        let footprint = &self.footprints[number];
        let is_block = statement.begin(&["do"]);
        let lasting = |relations: &'a [Relation]| -> Vec<&'a Relation> {
            let lasts = |relation: &&Relation| {
                !self.small.is_quick(relation) && !self.is_emptied(number, relation)
            };
            relations.iter().filter(lasts).collect()
        };
        if statement.begin(&["truncate"]) {
            return None;
        }
        for (verb, relations) in
            [("rewrites", &footprint.rewritten), ("rebuilds indexes of", &footprint.rebuilt)]
        {
            let relations = lasting(relations);
            if !relations.is_empty() {
                // A block or a function may have emptied the table, which also gives it a new file.
                let uncertain =
                    !statement.defines() && (!is_block || statement.has_in_body("truncate"));
                let unless = uncertain.then_some(EMPTIES);
                return Some(Slow { verb, writes_files: true, relations, unless });
            }
        }
        let mut scanned = lasting(&footprint.scanned);
        if statement.defines() {
            // A foreign key is checked by a query, which finds the rows of the table that it refers to one by one.
            let target = safe_way::target(statement);
            let of_target = lasting(&footprint.searched).into_iter().filter(|relation| {
                target.as_ref().is_some_and(|(schema, name)| {
                    self.relations.named(schema.as_deref(), name) == Some(relation)
                })
            });
            scanned.extend(of_target);
        }
        let mut read = self.read(footprint);
        read.retain(|relation| !self.is_emptied(number, relation));
        if scanned.is_empty() && read.is_empty() {
            let beyond = lasting(&footprint.beyond);
            return (!beyond.is_empty()).then_some(Slow {
                verb: "scans",
                writes_files: false,
                relations: beyond,
                unless: Some(FEW_ROWS),
            });
        }
        // A block that builds or checks something reads all of the table, one that changes rows most of them.
        let is_held = |relation: &Relation| {
            footprint.held.iter().any(|held| {
                let own = held.mode >= LockMode::Share && held.taken_by == number;
                held.relation == *relation && (own || held.mode == LockMode::RowExclusive)
            })
        };
        let may_stop_early = |relation: &&Relation| {
            if is_block {
                !(is_held(relation) || statement.reads_all_in_loop(&relation.name))
                    || statement.reads_in_guards_only(&relation.name)
            } else {
                statement.may_stop_early(&relation.name)
            }
        };
        let uncertain =
            !statement.defines() && read.is_empty() && scanned.iter().all(may_stop_early);
        scanned.extend(read);
        scanned.sort();
        scanned.dedup();
        let unless = uncertain.then_some(STOPS_EARLY);
        Some(Slow { verb: "scans", writes_files: false, relations: scanned, unless })
    }

    /// Whether a TRUNCATE of the same transaction has emptied a table, and nothing has written rows into it since.
    fn is_emptied(&self, number: usize, relation: &Relation) -> bool {
        let held = || self.footprints[number].held.iter().filter(|held| held.relation == *relation);
        let emptied = self.footprints[..number].iter().rposition(|earlier| {
            Words::of(&earlier.text).begin(&["truncate"]) && earlier.rewritten.contains(relation)
        });
        emptied.is_some_and(|at| {
            held().any(|held| held.mode == LockMode::AccessExclusive && held.taken_by <= at)
                && !held().any(|held| held.mode == LockMode::RowExclusive && held.taken_by > at)
        })
    }

    /// What the plan reads as a whole. Of a join of which one part is known to be read, or to be small, the others may be
    /// found by an index.
    fn read(&self, footprint: &'a Footprint) -> Vec<&'a Relation> {
        let is_other =
            |joined: &Relation| self.small.is_quick(joined) || footprint.scanned.contains(joined);
        footprint
            .read
            .iter()
            .filter(|(read, joined)| !self.small.is_quick(read) && !joined.iter().any(is_other))
            .map(|(read, _)| read)
            .collect()
    }

    /// A finding at the place of a statement.
    fn at(&self, finding: Finding, footprint: &Footprint) -> Finding {
        let script = self.migration.up();
        let position = Position::of_byte(script.sql(), footprint.offset);
        let mut finding = finding.at_up(self.migration);
        finding.position = Some(position);
        let line = script.sql().lines().nth(position.line as usize - 1);
        match line {
            Some(line) => finding.fact(Fact::Excerpt {
                position,
                line: line.trim_end().trim_start_matches('\u{feff}').to_owned(),
            }),
            None => finding,
        }
    }

    /// What is read or rewritten while others wait.
    fn long_lock(&self, number: usize, slow: &Slow<'_>, blocking: &[&Held]) -> Finding {
        let footprint = &self.footprints[number];
        let statement = Words::of(&footprint.text);
        let head = statement.head();
        let verb = slow.verb;
        let relations = words::list(&slow.relations);
        let own: Vec<&Held> =
            blocking.iter().copied().filter(|held| held.taken_by == number).collect();
        let is_own = own.iter().any(|held| slow.relations.contains(&&held.relation))
            || (slow.writes_files && !own.is_empty());
        let strongest = blocking.iter().filter_map(|held| blocks(held)).max();
        let what = strongest.map_or("nothing", Blocks::words);
        let (kind, title) = if is_own {
            let kind = if slow.writes_files { "rewrite_under_lock" } else { "scan_under_lock" };
            let it = if slow.relations.len() == 1 { "it" } else { "them" };
            (kind, format!("{head} {verb} {relations} and blocks {what} of {it} meanwhile"))
        } else {
            let mut waited: Vec<&Relation> = blocking.iter().map(|held| &held.relation).collect();
            waited.dedup();
            let title = format!(
                "{head} {verb} {relations} while its transaction blocks {what} of {}",
                words::list(&waited)
            );
            ("slow_under_lock", title)
        };
        let mut finding = self.at(Finding::failure(kind, title), footprint);
        finding.object = slow.relations.first().map(ToString::to_string);
        finding.facts.extend(self.locks_of(number, blocking));
        if let Some(unless) = slow.unless {
            finding.severity = Severity::Note;
            finding = finding.fact(unless);
        }
        let earlier = self.footprints[..number].iter();
        let earlier: Vec<Words<'_>> = earlier.map(|one| Words::of(&one.text)).collect();
        let steps = if is_own && !statement.defines() {
            safe_way::of_block(&statement)
        } else if let (false, Some(steps)) = (is_own, safe_way::among(&earlier, &statement)) {
            steps
        } else if is_own || self.needs_another_way(number) {
            safe_way::steps(&statement, self.place(footprint))
        } else {
            safe_way::apart(&statement)
        };
        finding.help.extend(steps.into_iter().map(Help::from));
        let mut names: Vec<String> =
            slow.relations.iter().map(|relation| unquoted(relation)).collect();
        names.sort();
        names.dedup();
        finding.help_declare(
            if names.len() == 1 { "or, if it stays small" } else { "or, if they stay small" },
            "locks",
            DeclaredValue::Parts(vec![("allow".to_owned(), DeclaredValue::Texts(names))]),
        )
    }

    /// Whether a statement would need a lock for long also by itself: one that an earlier statement has taken already.
    fn needs_another_way(&self, number: usize) -> bool {
        let statement = Words::of(&self.footprints[number].text);
        statement.defines() && !safe_way::is_validation(&statement)
    }

    /// A line for each mode and statement.
    fn locks_of(&self, number: usize, blocking: &[&Held]) -> Vec<Fact> {
        let mut groups: Vec<Vec<&Held>> = Vec::new();
        for held in blocking {
            let same = |group: &&mut Vec<&Held>| {
                group[0].mode == held.mode
                    && group[0].taken_by == held.taken_by
                    && group[0].index.is_some() == held.index.is_some()
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(held),
                None => groups.push(vec![held]),
            }
        }
        groups.sort_by_key(|group| (group[0].taken_by != number, group[0].taken_by));
        let fact = |group: Vec<&Held>| {
            let locks = words::locks(&group);
            match group[0].taken_by {
                by if by == number => Fact::Text(format!("it holds {locks}")),
                by => {
                    let taker = &self.footprints[by];
                    let line = Position::of_byte(self.migration.up().sql(), taker.offset).line;
                    let head = Words::of(&taker.text).head();
                    Fact::Text(format!("{head} of line {line} holds {locks}"))
                }
            }
        };
        groups.into_iter().map(fact).collect()
    }

    /// A note on a statement that took long here already, whatever it did.
    fn took_long(&self, footprint: &Footprint, blocking: &[&Held]) -> Finding {
        let head = Words::of(&footprint.text).head();
        let waited: Vec<&Relation> = blocking.iter().map(|held| &held.relation).collect();
        let title =
            format!("{head} takes more than 10 s while others wait for {}", words::list(&waited));
        self.at(Finding::note("long_statement", title), footprint)
            .help("move it to a version of its own, where no lock is held")
    }

    /// One note on the locks that are held only for a moment.
    fn short_locks(&self, short: &[(usize, Vec<&Held>)]) -> Option<Finding> {
        let (first, _) = short.first()?;
        let version = self.migration.version();
        let title = match short.len() {
            1 => format!(
                "the up of {version} takes a lock for a moment, and waits for it without a limit"
            ),
            _ => format!(
                "the up of {version} takes locks for a moment, and waits for them without a limit"
            ),
        };
        let footprint = &self.footprints[*first];
        let mut finding = self.at(Finding::note("short_lock", title), footprint);
        finding.facts.clear();
        let script = self.migration.up();
        for (number, own) in short {
            let footprint = &self.footprints[*number];
            let line = Position::of_byte(script.sql(), footprint.offset).line;
            let sql = one_line(&footprint.text);
            finding.facts.push(Fact::Text(format!("{line} | {sql}")));
            finding.facts.extend(self.locks_of(*number, own));
        }
        finding.facts.push(Fact::Text(
            "while it waits for a transaction that uses the table, all that come after it wait as well".into(),
        ));
        let local = if script.transactional { "SET LOCAL" } else { "SET" };
        let text = "give up after a time and deploy again, at the beginning of the script";
        finding = finding.help_sql(text, format!("{local} lock_timeout = '2s';"));
        let drops = short.iter().map(|(number, _)| &self.footprints[*number]);
        let ways = drops.filter_map(|footprint| {
            safe_way::without_lock(&Words::of(&footprint.text), self.place(footprint))
        });
        finding.help.extend(ways.map(Help::from));
        Some(finding)
    }

    /// A concurrent build that keeps the invalid index of a failed one.
    fn keeps_invalid_index(&self, footprint: &Footprint, statement: &Words<'_>) -> Option<Finding> {
        let concurrent = statement.begin(&["create"])
            && statement.find(0, "concurrently").is_some()
            && (0..statement.len()).any(|at| statement.are(at, &["if", "not", "exists"]));
        if !concurrent {
            return None;
        }
        let title = "CREATE INDEX CONCURRENTLY IF NOT EXISTS keeps an invalid index";
        Some(
            self.at(Finding::note("keeps_invalid_index", title), footprint)
                .fact("a build that fails leaves an invalid index, which the next run takes for the one that it wants")
                .help("leave out IF NOT EXISTS, and drop an invalid index before the next run"),
        )
    }

    /// Several statements that are committed one by one: after a failure the first ones run again.
    fn several_concurrent(&self) -> Option<Finding> {
        let concurrent = |footprint: &&Footprint| {
            let statement = Words::of(&footprint.text);
            statement.find(0, "concurrently").is_some() && !statement.begin(&["refresh"])
        };
        let all: Vec<&Footprint> = self.footprints.iter().filter(concurrent).collect();
        let [_, second, ..] = all[..] else { return None };
        let title = format!(
            "{} builds one index after the other, and begins again with the first where a later one fails",
            self.migration.version()
        );
        Some(
            self.at(Finding::note("several_concurrent", title), second)
                .help("give each of them a version of its own"),
        )
    }
}

/// A finding on what no deployed database has: nobody waits for it where all new versions are deployed together.
fn only_new(finding: Finding) -> Finding {
    let finding = Finding { severity: Severity::Note, ..finding };
    finding.fact(
        "no deployed database has it yet: it matters where the new versions are deployed one by one",
    )
}

impl From<Step> for Help {
    fn from(step: Step) -> Help {
        match step.sql {
            Some(sql) => Help::code(step.text, Language::Sql, sql),
            None => Help::text(step.text),
        }
    }
}

/// The name as globs see it.
fn unquoted(relation: &Relation) -> String {
    match &relation.schema {
        Some(schema) => format!("{schema}.{}", relation.name),
        None => relation.name.clone(),
    }
}

/// The beginning of a statement in one line.
fn one_line(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

//! The way from single scripts to an ordered history and the problems in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::words::digits;
use crate::driver::MigrationType;
use crate::history::{History, HistoryError, Migration, Problem, Script, Version};

/// A script that sqlx would run.
pub(super) struct Found {
    pub(super) number: i64,
    pub(super) version: Version,
    pub(super) kind: MigrationType,
    pub(super) script: Script,
    /// Its name for the reader: its file.
    pub(super) shown: PathBuf,
    /// Its name is wrong in a way that says nothing about its neighbours.
    pub(super) odd: bool,
}

/// Takes scripts in any order.
#[derive(Default)]
pub(super) struct Collector {
    ups: Vec<Found>,
    downs: Vec<Found>,
    problems: Vec<Problem>,
    unread_ups: Vec<i64>,
    unread_downs: Vec<i64>,
}

impl Collector {
    pub(super) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Notes a script that is divided in another tool's way; one problem for all of them.
    pub(super) fn other_layout(&mut self, file: &Path, tool: &str, sign: &str) {
        if !self.problems.iter().any(|problem| matches!(problem, Problem::OtherLayout { .. })) {
            self.problems.push(Problem::OtherLayout {
                file: file.to_owned(),
                tool: tool.to_owned(),
                sign: sign.to_owned(),
                runs: true,
            });
        }
    }

    /// Returns true if no script that goes up was found.
    pub(super) fn has_no_up(&self) -> bool {
        self.ups.is_empty() && self.unread_ups.is_empty()
    }

    pub(super) fn take(&mut self, found: Found) {
        if found.kind.is_down_migration() {
            self.downs.push(found);
        } else {
            self.ups.push(found);
        }
    }

    /// Notes a script that exists and could not be read.
    pub(super) fn unread(&mut self, number: i64, kind: MigrationType) {
        if kind.is_down_migration() {
            self.unread_downs.push(number);
        } else {
            self.unread_ups.push(number);
        }
    }

    pub(super) fn finish(mut self, origin: String) -> Result<History, HistoryError> {
        for scripts in [&mut self.ups, &mut self.downs] {
            scripts.sort_by_key(|found| found.number);
        }
        self.duplicates();
        self.mixed();
        self.odd_lengths();

        let mut migrations: Vec<Migration> = Vec::new();
        let mut downs = std::mem::take(&mut self.downs).into_iter().peekable();
        let mut lonely = Vec::new();
        let mut without_down = Vec::new();
        // The nearest lower version that has a down.
        let mut below: Option<Version> = None;
        for up in std::mem::take(&mut self.ups) {
            while let Some(down) = downs.next_if(|down| down.number < up.number) {
                lonely.push(down);
            }
            let reversible = up.kind == MigrationType::ReversibleUp;
            let mut migration =
                Migration::new(up.version.clone(), up.script).reversible(reversible);
            if let Some(down) = downs.next_if(|down| down.number == up.number) {
                migration = migration.with_down(down.script);
                below = Some(up.version);
            } else {
                if let Some(file) = migration.up().file().and_then(down_file) {
                    migration = migration.with_down_file(file);
                }
                if up.kind == MigrationType::ReversibleUp && !self.unread_downs.contains(&up.number)
                {
                    without_down.push(Problem::UpWithoutDown {
                        file: up.shown,
                        version: up.version,
                        below: below.clone(),
                    });
                }
            }
            migrations.push(migration);
        }
        lonely.extend(downs);
        for Found { number, version, shown, .. } in lonely {
            if !self.unread_ups.contains(&number) {
                self.problems.push(Problem::DownWithoutUp { file: shown, version });
            }
        }
        self.problems.extend(without_down);
        History::new(origin, migrations, self.problems)
    }

    /// One problem for each number that more than one script has; the first of them stays.
    fn duplicates(&mut self) {
        let mut files: BTreeMap<i64, Vec<PathBuf>> = BTreeMap::new();
        for scripts in [&mut self.ups, &mut self.downs] {
            let mut kept: Vec<Found> = Vec::new();
            for found in std::mem::take(scripts) {
                match kept.last().filter(|last| last.number == found.number) {
                    Some(first) => {
                        let files = files.entry(found.number).or_default();
                        for file in [&first.shown, &found.shown] {
                            if !files.contains(file) {
                                files.push(file.clone());
                            }
                        }
                    }
                    None => kept.push(found),
                }
            }
            *scripts = kept;
        }
        let problem =
            |(number, files): (i64, _)| Problem::Duplicate { version: number.into(), files };
        self.problems.extend(files.into_iter().map(problem));
    }

    fn mixed(&mut self) {
        let files = |simple: bool| -> Vec<PathBuf> {
            self.ups
                .iter()
                .filter(|found| !found.odd && (found.kind == MigrationType::Simple) == simple)
                .map(|found| found.shown.clone())
                .collect()
        };
        let (simple, reversible) = (files(true), files(false));
        // A simple history with a lone `.down.sql` is not mixed: that down pairs with a simple up.
        if !simple.is_empty() && !reversible.is_empty() {
            self.problems.push(Problem::Mixed { simple, reversible });
        }
    }

    fn odd_lengths(&mut self) {
        let mut counts = BTreeMap::<usize, usize>::new();
        for found in &self.ups {
            *counts.entry(digits(&found.version.id)).or_default() += 1;
        }
        let Some((usual, _)) = counts.iter().max_by_key(|(_, count)| *count).map(|(l, c)| (*l, *c))
        else {
            return;
        };
        // Timestamps only: 9 and 10 are neighbours as well as 999 and 1000.
        if usual < 12 {
            return;
        }
        for (index, found) in self.ups.iter().enumerate() {
            let length = digits(&found.version.id);
            if length >= 8 && length != usual {
                self.problems.push(Problem::OddLength {
                    file: found.shown.clone(),
                    version: found.version.clone(),
                    usual,
                    after: index.checked_sub(1).map(|i| self.ups[i].version.clone()),
                });
            }
        }
    }
}

/// The file in which the down of an up belongs.
fn down_file(up: &Path) -> Option<PathBuf> {
    let name = up.file_name()?.to_str()?;
    let stem = name.strip_suffix(".up.sql").or_else(|| name.strip_suffix(".sql"))?;
    Some(up.with_file_name(format!("{stem}.down.sql")))
}

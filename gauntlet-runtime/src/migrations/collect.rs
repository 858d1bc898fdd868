//! From single scripts to an ordered history, with all that does not fit into one line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sqlx::migrate::MigrationType;

use super::history::{Migration, Script, Version};
use super::{History, Problem};

/// A script that sqlx would run.
pub(super) struct Found {
    pub(super) version: Version,
    pub(super) kind: MigrationType,
    pub(super) script: Script,
    /// What it is called to the reader: its file.
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

    pub(super) fn take(&mut self, found: Found) {
        if found.kind.is_down_migration() {
            self.downs.push(found);
        } else {
            self.ups.push(found);
        }
    }

    /// A script that is there and could not be read.
    pub(super) fn unread(&mut self, version: &Version, kind: MigrationType) {
        if kind.is_down_migration() {
            self.unread_downs.push(version.number);
        } else {
            self.unread_ups.push(version.number);
        }
    }

    pub(super) fn finish(mut self, origin: String) -> History {
        for scripts in [&mut self.ups, &mut self.downs] {
            scripts.sort_by_key(|a| a.version.number);
        }
        self.duplicates();
        self.mixed();
        self.odd_lengths();

        let mut history = History {
            origin,
            migrations: Vec::new(),
            problems: Vec::new(),
            table: "_sqlx_migrations".into(),
            create_schemas: Vec::new(),
        };
        let mut reversible = Vec::new();
        for found in self.ups {
            if found.kind == MigrationType::ReversibleUp {
                reversible.push((found.version.number, found.shown));
            }
            history.migrations.push(Migration {
                version: found.version,
                up: found.script,
                down: None,
            });
        }
        for Found { version, script, shown, .. } in self.downs {
            match history.index_of(version.number) {
                Some(i) => history.migrations[i].down = Some(script),
                None if self.unread_ups.contains(&version.number) => {}
                None => self.problems.push(Problem::DownWithoutUp { file: shown, version }),
            }
        }
        for (number, file) in reversible {
            let Some(i) = history.index_of(number) else { continue };
            let migration = &history.migrations[i];
            if migration.down.is_none() && !self.unread_downs.contains(&number) {
                let below = history.migrations[..i].iter().rfind(|m| m.down.is_some());
                self.problems.push(Problem::UpWithoutDown {
                    file,
                    version: migration.version.clone(),
                    below: below.map(|m| m.version.clone()),
                });
            }
        }
        history.problems = self.problems;
        history
    }

    /// One problem for each number that more than one script has; the first of them stays.
    fn duplicates(&mut self) {
        let mut files: BTreeMap<i64, Vec<PathBuf>> = BTreeMap::new();
        for scripts in [&mut self.ups, &mut self.downs] {
            let mut kept: Vec<Found> = Vec::new();
            for found in std::mem::take(scripts) {
                match kept.last().filter(|last| last.version.number == found.version.number) {
                    Some(first) => {
                        let files = files.entry(found.version.number).or_default();
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
        let problem = |(number, files)| Problem::Duplicate { number, files };
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
        let digits = |number: i64| number.unsigned_abs().to_string().len();
        let mut counts = BTreeMap::<usize, usize>::new();
        for found in &self.ups {
            *counts.entry(digits(found.version.number)).or_default() += 1;
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
            let length = digits(found.version.number);
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

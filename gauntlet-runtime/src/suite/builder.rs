//! The configuration of a suite.

use std::path::PathBuf;

use super::head::Shared;
use crate::catalog::{DiffOptions, Difference, IgnoreRule};
use crate::isolation::Isolation;
use crate::migrations::{HistorySource, Irreversible};
use crate::model::{IntoModel, ModelSet, Models};
use crate::naming::NamingRules;
use crate::server::{self, Source};

/// A suite: where the migrations are, what they should lead to, and where they run.
///
/// The macro builds one for each annotated module. It can as well be built by hand:
///
/// ```no_run
/// # use gauntlet_runtime as gauntlet;
/// use gauntlet::{Check, Suite};
///
/// let suite = Suite::new("by_hand", env!("CARGO_MANIFEST_DIR")).migrations("db/migrations");
/// suite.check(Check::SingleHead);
/// ```
#[derive(Debug)]
pub struct Suite {
    pub(crate) name: String,
    pub(crate) manifest_dir: PathBuf,
    pub(crate) source: Box<dyn Source>,
    pub(crate) history: Box<dyn HistorySource>,
    pub(crate) model: Option<ModelSet>,
    pub(crate) bless: bool,
    pub(crate) setup: Option<PathBuf>,
    pub(crate) isolation: Option<Isolation>,
    pub(crate) irreversible: Irreversible,
    pub(crate) downgrade_floor: Option<i64>,
    pub(crate) strict: bool,
    pub(crate) diff: DiffOptions,
    pub(crate) naming: NamingRules,
    pub(crate) shared: Shared,
    /// What is wrong with the arguments and cannot be told where they are given.
    pub(crate) mistakes: Vec<String>,
}

impl Suite {
    /// A suite with every default: migrations in `migrations`, the database of [`server::auto`], no model.
    ///
    /// `name` stands in reports (the macro gives the module's path); `manifest_dir` is where relative paths
    /// start, normally `env!("CARGO_MANIFEST_DIR")`.
    pub fn new(name: impl Into<String>, manifest_dir: impl Into<PathBuf>) -> Suite {
        Suite {
            name: name.into(),
            manifest_dir: manifest_dir.into(),
            source: Box::new(server::auto()),
            history: Box::new("migrations"),
            model: None,
            bless: std::env::var_os("GAUNTLET_BLESS").is_some_and(|v| !v.is_empty() && v != "0"),
            setup: None,
            isolation: None,
            irreversible: Irreversible::None,
            downgrade_floor: None,
            strict: false,
            diff: DiffOptions::default(),
            naming: NamingRules::default(),
            shared: Shared::default(),
            mistakes: Vec::new(),
        }
    }

    /// Where the database is. Default: [`server::auto`].
    #[must_use]
    pub fn db(mut self, source: impl Source) -> Suite {
        self.source = Box::new(source);
        self
    }

    /// Where the migrations are: a folder or a sqlx `Migrator`. Default: the folder `migrations`.
    #[must_use]
    pub fn migrations(mut self, source: impl HistorySource) -> Suite {
        self.history = Box::new(source);
        self
    }

    /// What the schema at head should be: a SQL file or a folder of them, structs and enums
    /// (`gauntlet::models![User, Order]`), a [`ModelSource`](crate::model::ModelSource), or a tuple of these, each of
    /// which is checked. Default: no model.
    #[must_use]
    pub fn model(mut self, model: impl IntoModel) -> Suite {
        let mut set = ModelSet::default();
        model.add_to(&mut set);
        self.mistakes.extend(set.stated().iter().flat_map(Models::mistakes).cloned());
        self.model = Some(set);
        self
    }

    /// Whether `up_to_date` writes the model's SQL file from head. Default: whether `GAUNTLET_BLESS=1` is set.
    #[must_use]
    pub fn bless(mut self, bless: bool) -> Suite {
        self.bless = bless;
        self
    }

    /// A SQL file that the server's administrator runs in each isolated database before the first migration
    /// (extensions, roles, shims). What it makes is part of base. Default: none.
    #[must_use]
    pub fn setup(mut self, file: impl Into<PathBuf>) -> Suite {
        self.setup = Some(file.into());
        self
    }

    /// What keeps a test's objects from another's. Default: an own database where the role may create
    /// databases, else an own schema.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Suite {
        self.isolation = Some(isolation);
        self
    }

    /// Versions that are declared to have no way back. Default: none.
    #[must_use]
    pub fn irreversible(mut self, versions: Irreversible) -> Suite {
        self.irreversible = versions;
        self
    }

    /// The version at or below which nothing is reverted. Default: none.
    #[must_use]
    pub fn downgrade_floor(mut self, version: i64) -> Suite {
        self.downgrade_floor = Some(version);
        self
    }

    /// Whether notes fail their check as well. Default: `false`.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Suite {
        self.strict = strict;
        self
    }

    /// Tables that no check compares, as globs on the table's name (`*`, `?`, `[..]`). Default: none.
    ///
    /// A glob that is not valid is told by the first check that compares.
    #[must_use]
    pub fn ignore_tables<const N: usize>(mut self, globs: [&str; N]) -> Suite {
        match self.diff.clone().ignore_tables(&globs) {
            Ok(diff) => self.diff = diff,
            Err(error) => self.mistakes.push(format!("`ignore_tables`: {error}")),
        }
        self
    }

    /// Differences that no check counts, by a function that returns `true` for them. Default: none.
    #[must_use]
    pub fn ignore(mut self, ignored: fn(&Difference) -> bool) -> Suite {
        self.diff = self.diff.ignore_fn(ignored);
        self
    }

    /// Kinds of objects and of attributes that no check compares, by name: `comments`, `grants`, `column_order`,
    /// `event_triggers`, `columns.compression`, ... (see [`IgnoreRule`]). Default: none.
    ///
    /// A name that is not known is told by the first check that compares.
    #[must_use]
    pub fn ignore_kinds<const N: usize>(mut self, names: [&str; N]) -> Suite {
        for name in names {
            match name.parse::<IgnoreRule>() {
                Ok(rule) => self.diff = self.diff.ignore(rule),
                Err(error) => {
                    let known: Vec<_> = IgnoreRule::names().collect();
                    self.mistakes
                        .push(format!("`ignore`: {error}; known are {}", known.join(", ")));
                }
            }
        }
        self
    }

    /// The rules of the check `naming`. Default: [`NamingRules::default`].
    #[must_use]
    pub fn naming(mut self, rules: NamingRules) -> Suite {
        self.naming = rules;
        self
    }

    /// The suite's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

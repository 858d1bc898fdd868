//! The configuration of a suite.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::VersionArg;
use crate::catalog::{DiffOptions, Difference, IgnoreRule};
use crate::context::{InterruptedRules, LockRules, PopulatedRules, Settings, Shared, WalkSettings};
use crate::engines::{IntoEngine, Sqlx};
use crate::env::Env;
use crate::history::shipped::Shipped;
use crate::history::{Irreversible, VersionId};
use crate::isolation::Isolation;
use crate::model::{IntoModel, ModelSet, Models};
use crate::names::Globs;
use crate::naming::NamingRules;
use crate::queries::QueryRules;
use crate::server::{self, AnySource, Source};
use crate::sink::Sink;
use crate::stage::{Baseline, Seed, SeedFolder, When};

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
    pub(crate) settings: Settings,
    pub(crate) shared: Shared,
}

impl Suite {
    /// A suite with every default, for another front end than libtest: it reads this environment and shows what goes on
    /// in this place.
    #[doc(hidden)]
    pub fn with_front(name: String, manifest_dir: PathBuf, env: Env, sink: Arc<dyn Sink>) -> Suite {
        let settings = Settings {
            name,
            manifest_dir,
            source: AnySource::new(server::auto()),
            engine: Arc::new(Sqlx::default()),
            model: None,
            bless: env.bless(),
            env,
            sink,
            setup: None,
            isolation: None,
            irreversible: Irreversible::None,
            downgrade_floor: None,
            built_without_downs: false,
            baseline: None,
            shipped: None,
            strict: false,
            diff: DiffOptions::default(),
            naming: NamingRules::default(),
            locks: LockRules::default(),
            locks_allowed: Globs::default(),
            populated: PopulatedRules::default(),
            interrupted: InterruptedRules::default(),
            queries: QueryRules::default(),
            queries_excepted: Globs::default(),
            compat: None,
            seeds: Vec::new(),
            seed_folder: None,
            budget: None,
            budgets: Vec::new(),
            as_role: None,
            patience: Duration::from_secs(60),
            timeout: Duration::from_secs(600),
            silence: Duration::from_secs(1800),
            walk: WalkSettings::default(),
            mistakes: Vec::new(),
        };
        Suite { settings, shared: Shared::default() }
    }

    /// Where the database is. Default: [`server::auto`].
    #[must_use]
    pub fn db(mut self, source: impl Source) -> Suite {
        self.settings.source = AnySource::new(source);
        self
    }

    /// The migrations: a folder or a sqlx `Migrator`, both run by sqlx, or any other
    /// [`Engine`](crate::engines::Engine) with its source. Default: the folder that `sqlx.toml` names, or `migrations`, run
    /// by sqlx.
    #[must_use]
    pub fn migrations(mut self, engine: impl IntoEngine) -> Suite {
        self.settings.engine = engine.into_engine();
        self
    }

    /// The schema that is expected at head: a SQL file or a folder of them, structs and enums
    /// (`gauntlet::models![User, Order]`), a [`ModelSource`](crate::model::ModelSource), or a tuple of these, each of
    /// which is checked. Default: no model.
    #[must_use]
    pub fn model(mut self, model: impl IntoModel) -> Suite {
        let mut set = ModelSet::default();
        model.add_to(&mut set);
        self.settings.mistakes.extend(set.stated().iter().flat_map(Models::mistakes).cloned());
        self.settings.model = Some(set);
        self
    }

    /// Lets `up_to_date` write the model's SQL file from head, and `shipped` add the new versions to its lock file.
    /// Default: `true` if `GAUNTLET_BLESS=1` is set.
    #[must_use]
    pub fn bless(mut self, bless: bool) -> Suite {
        self.settings.bless = bless;
        self
    }

    /// A SQL file that the server's administrator runs in each isolated database before the first migration
    /// (extensions, roles, shims). What it makes is part of base. Default: none.
    #[must_use]
    pub fn setup(mut self, file: impl Into<PathBuf>) -> Suite {
        self.settings.setup = Some(file.into());
        self
    }

    /// The isolation of one test's objects from those of the others. Default: an own database where the role may create
    /// databases, else an own schema.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Suite {
        self.settings.isolation = Some(isolation);
        self
    }

    /// Versions that are declared to have no way back. Default: none.
    #[must_use]
    pub fn irreversible(mut self, versions: Irreversible) -> Suite {
        self.settings.irreversible = versions;
        self
    }

    /// The version at or below which nothing is reverted. Default: none.
    #[must_use]
    pub fn downgrade_floor(mut self, version: impl Into<VersionId>) -> Suite {
        self.settings.downgrade_floor = Some(version.into());
        self
    }

    /// A SQL file that stands for the versions up to one of them; see [`Baseline`]. Default: none, a new database is empty.
    #[must_use]
    pub fn baseline(mut self, baseline: impl Into<Baseline>) -> Suite {
        self.settings.baseline = Some(baseline.into());
        self
    }

    /// What has shipped: what some deployed database has applied already, and so must not change. The migrations at a git
    /// ref ([`git`](crate::history::shipped::git)), those that a lock file lists
    /// ([`lock`](crate::history::shipped::lock)), or all at or below a version. All others are new. Default: nothing is
    /// known to have shipped.
    #[must_use]
    pub fn shipped(mut self, shipped: impl Into<Shipped>) -> Suite {
        self.settings.shipped = Some(shipped.into());
        self
    }

    /// Makes notes fail their check as well. Default: `false`.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Suite {
        self.settings.strict = strict;
        self
    }

    /// Whether the partitions of head are compared with the model as well. Default: `false`, since partitions that come
    /// and go with the calendar are no part of a model; what is not compared is listed. Two versions of one history are
    /// always compared with their partitions.
    #[must_use]
    pub fn partitions(mut self, partitions: bool) -> Suite {
        self.settings.diff = self.settings.diff.partition_children(partitions);
        self
    }

    /// Tables that no check compares, as globs on the table's name (`*`, `?`, `[..]`). Default: none.
    ///
    /// With an invalid glob no check of the suite can run, and each says so.
    #[must_use]
    pub fn ignore_tables(mut self, globs: impl IntoIterator<Item = impl AsRef<str>>) -> Suite {
        match self.settings.diff.clone().ignore_tables(globs) {
            Ok(diff) => self.settings.diff = diff,
            Err(error) => self.settings.mistakes.push(format!("`ignore_tables`: {error}")),
        }
        self
    }

    /// Differences that no check counts, by a function that returns `true` for them. Default: none.
    #[must_use]
    pub fn ignore(mut self, ignored: fn(&Difference) -> bool) -> Suite {
        self.settings.diff = self.settings.diff.ignore_fn(ignored);
        self
    }

    /// Kinds of objects and of attributes that no check compares, by name: `comments`, `grants`, `column_order`,
    /// `event_triggers`, `columns.compression`, ... (see [`IgnoreRule`]). Default: none.
    ///
    /// With an unknown name no check of the suite can run, and each says so.
    #[must_use]
    pub fn ignore_kinds(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Suite {
        for name in names {
            match name.as_ref().parse::<IgnoreRule>() {
                Ok(rule) => self.settings.diff = self.settings.diff.ignore(rule),
                Err(error) => {
                    let known: Vec<_> = IgnoreRule::names().collect();
                    self.settings
                        .mistakes
                        .push(format!("`ignore`: {error}; known are {}", known.join(", ")));
                }
            }
        }
        self
    }

    /// The rules of the check `naming`. Default: [`NamingRules::default`].
    #[must_use]
    pub fn naming(mut self, rules: NamingRules) -> Suite {
        self.settings.naming = rules;
        self
    }

    /// The rules of the check `naming`, made from those that the suite has.
    #[must_use]
    #[doc(hidden)]
    pub fn naming_with(mut self, change: impl FnOnce(NamingRules) -> NamingRules) -> Suite {
        self.settings.naming = change(self.settings.naming);
        self
    }

    /// The rules of the check `locks`. Default: [`LockRules::new`].
    ///
    /// With an invalid glob no check of the suite can run, and each says so.
    #[must_use]
    pub fn locks(mut self, rules: LockRules) -> Suite {
        match Globs::new(&rules.allow) {
            Ok(globs) => self.settings.locks_allowed = globs,
            Err(error) => self.settings.mistakes.push(format!("`locks`: {error}")),
        }
        self.settings.locks = rules;
        self
    }

    /// Makes `stairway` walk in so many segments, where it can walk in several at all. For tests and measurements.
    #[doc(hidden)]
    #[must_use]
    pub fn segments(mut self, databases: usize) -> Suite {
        self.settings.walk.segments = Some(databases);
        self
    }

    /// Makes `stairway` walk its segments one after the other, as each would be walked on a core of its own. For measurements.
    #[doc(hidden)]
    #[must_use]
    pub fn segments_in_turn(mut self) -> Suite {
        self.settings.walk.in_turn = true;
        self
    }

    /// Makes `stairway` read the whole catalog after each step. Slow: for tests and measurements.
    #[doc(hidden)]
    #[must_use]
    pub fn reads_everything(mut self) -> Suite {
        self.settings.walk.reads_everything = true;
        self
    }

    /// The rules of the check `populated`. Default: [`PopulatedRules::new`].
    #[must_use]
    pub fn populated(mut self, rules: PopulatedRules) -> Suite {
        self.settings.populated = rules;
        self
    }

    /// The rules of the check `interrupted`. Default: [`InterruptedRules::new`].
    #[must_use]
    pub fn interrupted(mut self, rules: InterruptedRules) -> Suite {
        self.settings.interrupted = rules;
        self
    }

    /// Queries of the program that the folder `.sqlx` does not have, and exceptions; see [`QueryRules`]. A text is a glob of
    /// files, a list has queries. Default: none but those that `cargo sqlx prepare` has written.
    ///
    /// With an invalid glob no check of the suite can run, and each says so.
    #[must_use]
    pub fn queries(mut self, rules: impl Into<QueryRules>) -> Suite {
        let rules = rules.into();
        let except = Globs::new(&rules.except).map(|globs| self.settings.queries_excepted = globs);
        let files = Globs::new(&rules.files);
        for fault in [except.err(), files.err()].into_iter().flatten() {
            self.settings.mistakes.push(format!("`queries`: {fault}"));
        }
        self.settings.queries = rules;
        self
    }

    /// The git ref of the program that is deployed: the check `compat` prepares the queries that it has there. Default: the
    /// git ref of [`shipped`](Self::shipped).
    #[must_use]
    pub fn compat(mut self, reference: impl Into<String>) -> Suite {
        self.settings.compat = Some(reference.into());
        self
    }

    /// The macro has found no down script, and made a plan from that.
    #[doc(hidden)]
    #[must_use]
    pub fn built_without_downs(mut self) -> Suite {
        self.settings.built_without_downs = true;
        self
    }

    /// Rows that stand in the tables before a version is applied: in `stairway`, in `downgrade_all_the_way`, in
    /// `locks`, in `populated` and in custom tests. Planted once in each database, never again on the way up after a down. Default: none.
    ///
    /// Several seeds of one version are planted in the order in which they are given.
    #[must_use]
    pub fn seed(mut self, version: impl VersionArg, seed: Seed) -> Suite {
        self.settings.seeds.push((version.to_text(), When::Before, Arc::new(seed)));
        self
    }

    /// Rows that are put in right after a version was applied for the first time; else as [`seed`](Self::seed).
    #[must_use]
    pub fn seed_at(mut self, version: impl VersionArg, seed: Seed) -> Suite {
        self.settings.seeds.push((version.to_text(), When::At, Arc::new(seed)));
        self
    }

    /// A folder of seeds, one file a version; see [`SeedFolder`]. Default: none.
    #[must_use]
    pub fn seeds(mut self, folder: impl Into<SeedFolder>) -> Suite {
        self.settings.seed_folder = Some(folder.into());
        self
    }

    /// The time that all ups from base to head may take together. `stairway` reports a longer upgrade, and a custom test's
    /// [`TestDb`](super::TestDb) fails. Default: no limit.
    ///
    /// Text is a number with its unit: `"30s"`, `"1.5s"`, `"250ms"`, `"2m"`.
    #[must_use]
    pub fn budget(mut self, budget: impl Budget) -> Suite {
        match budget.to_duration() {
            Ok(budget) => self.settings.budget = Some(budget),
            Err(mistake) => self.settings.mistakes.push(format!("`budget`: {mistake}")),
        }
        self
    }

    /// The time that the up of one version may take; else as [`budget`](Self::budget).
    #[must_use]
    pub fn budget_of(mut self, version: impl VersionArg, budget: impl Budget) -> Suite {
        match budget.to_duration() {
            Ok(budget) => self.settings.budgets.push((version.to_text(), budget)),
            Err(mistake) => self.settings.mistakes.push(format!("`budget`: {mistake}")),
        }
        self
    }

    /// Runs the migrations as this role, the owner of the database or schema, and not as the administrator: what only
    /// a superuser may do fails here as it would in production. Default: the administrator.
    ///
    /// The embedded server gets the role if it does not have it; any other server has to have it. The setup still runs
    /// as the administrator. SQL that findings propose says of each statement that the role may not run who may.
    #[must_use]
    pub fn as_role(mut self, role: impl Into<String>) -> Suite {
        self.settings.as_role = Some(role.into());
        self
    }

    /// The time that a migration may run before a line on standard error reports what it waits for. Default: 60 s.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Suite {
        self.settings.patience = patience;
        self
    }

    /// The time that one up or down may take before the test ends with an error: the server hangs, or something on it holds
    /// a lock for ever. Default: 10 minutes. A check to which nothing comes from the server for three times as long, but at
    /// least half an hour, whatever it waits for, ends in the same way.
    ///
    /// Text is a number with its unit, as for [`budget`](Self::budget).
    #[must_use]
    pub fn timeout(mut self, timeout: impl Budget) -> Suite {
        match timeout.to_duration() {
            Ok(timeout) => self.settings.timeout = timeout,
            Err(mistake) => self.settings.mistakes.push(format!("`timeout`: {mistake}")),
        }
        self
    }

    /// The least time without an answer of the server after which a check ends; three times [`timeout`](Self::timeout) if that is
    /// more. For tests. Default: half an hour.
    #[doc(hidden)]
    #[must_use]
    pub fn silence(mut self, silence: Duration) -> Suite {
        self.settings.silence = silence;
        self
    }

    /// The same suite under another name, as it stands in reports.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Suite {
        self.settings.name = name.into();
        self
    }

    /// The suite's name.
    pub fn name(&self) -> &str {
        &self.settings.name
    }
}

/// A suite, or a function that makes one: what `suite =` takes.
///
/// A suite cannot be a constant, because its parts own memory; the function that makes it can:
///
/// ```
/// # use gauntlet_runtime as gauntlet;
/// const SUITE: fn() -> gauntlet::Suite =
///     || gauntlet::Suite::new("shop", env!("CARGO_MANIFEST_DIR")).migrations("db/migrations");
/// ```
#[diagnostic::on_unimplemented(
    message = "`suite` takes a `gauntlet::Suite` or a function that makes one",
    label = "`{Self}` is neither"
)]
pub trait IntoSuite {
    /// The suite.
    fn into_suite(self) -> Suite;
}

impl IntoSuite for Suite {
    fn into_suite(self) -> Suite {
        self
    }
}

impl<F: FnOnce() -> Suite> IntoSuite for F {
    fn into_suite(self) -> Suite {
        self()
    }
}

/// A length of time: a [`Duration`], or a text such as `"30s"`.
pub trait Budget {
    /// The length of time.
    ///
    /// # Errors
    ///
    /// When a text is not a number with a unit.
    fn to_duration(&self) -> Result<Duration, String>;
}

impl Budget for Duration {
    fn to_duration(&self) -> Result<Duration, String> {
        Ok(*self)
    }
}

impl Budget for &str {
    fn to_duration(&self) -> Result<Duration, String> {
        let fault = || format!("{self:?} is not a length of time, such as \"30s\" or \"250ms\"");
        let at = self.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(fault)?;
        let (number, unit) = self.split_at(at);
        let seconds = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            _ => return Err(fault()),
        };
        let number: f64 = number.trim().parse().map_err(|_| fault())?;
        Duration::try_from_secs_f64(number * seconds).map_err(|_| fault())
    }
}

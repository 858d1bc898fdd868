//! Settings: `gauntlet.toml`, and the command line, which comes before it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gauntlet_plan::{Request, SETTINGS, SETTINGS_FILE, unknown};
use gauntlet_runtime::Suite;
use gauntlet_runtime::env::Env;
use gauntlet_runtime::history::{Irreversible, VersionId};
use gauntlet_runtime::sink::Sink;
use gauntlet_runtime::stage::{Baseline, SeedFolder};
use gauntlet_runtime::suite::{InterruptedRules, LockRules, PopulatedRules, QueryRules};
use serde::Deserialize;

use crate::cli;
use crate::failure::Failure;
use crate::naming::{self, NamingTable};
use crate::words::{Migrations, OneOrMore, ShippedAt, ShippedWords, Version};

/// The settings of a run: those of the file, with what the command line says in their place.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub(crate) migrations: Option<Migrations>,
    pub(crate) model: Option<OneOrMore<PathBuf>>,
    pub(crate) db: Option<String>,
    pub(crate) setup: Option<PathBuf>,
    pub(crate) as_role: Option<String>,
    isolation: Option<cli::IsolationWord>,
    irreversible: Option<OneOrMore<Version>>,
    downgrade_floor: Option<Version>,
    baseline: Option<BaselineWords>,
    shipped: Option<ShippedWords>,
    strict: bool,
    partitions: bool,
    ignore: Vec<String>,
    ignore_tables: Vec<String>,
    naming: Option<NamingTable>,
    locks: Option<Locks>,
    populated: Option<NewVersions>,
    interrupted: Option<NewVersions>,
    queries: Option<Queries>,
    compat: Option<String>,
    seeds: Option<Seeds>,
    budget: Option<String>,
    timeout: Option<String>,
    skip: Option<OneOrMore<String>>,
    only: Option<OneOrMore<String>>,
    /// Where relative paths start.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
}

/// A baseline: its file, or a table with the last version that it stands for.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum BaselineWords {
    File(PathBuf),
    At(BaselineTable),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineTable {
    file: PathBuf,
    at: Version,
}

impl BaselineWords {
    fn path(&mut self) -> &mut PathBuf {
        match self {
            BaselineWords::File(file) => file,
            BaselineWords::At(table) => &mut table.file,
        }
    }
}

impl From<BaselineWords> for Baseline {
    fn from(words: BaselineWords) -> Baseline {
        match words {
            BaselineWords::File(file) => Baseline::new(file),
            BaselineWords::At(BaselineTable { file, at }) => Baseline::new(file).at(at),
        }
    }
}

/// A folder of seeds, or a table with the versions that have to have one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Seeds {
    Folder(PathBuf),
    At(SeedTable),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedTable {
    folder: PathBuf,
    required: Required,
}

/// `"all"`, or the first version.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Required {
    All(All),
    From(Version),
}

impl Seeds {
    fn path(&mut self) -> &mut PathBuf {
        match self {
            Seeds::Folder(folder) | Seeds::At(SeedTable { folder, .. }) => folder,
        }
    }
}

impl From<Seeds> for SeedFolder {
    fn from(seeds: Seeds) -> SeedFolder {
        match seeds {
            Seeds::Folder(folder) => SeedFolder::new(folder),
            Seeds::At(SeedTable { folder, required: Required::All(All::All) }) => {
                SeedFolder::new(folder).required()
            }
            Seeds::At(SeedTable { folder, required: Required::From(version) }) => {
                SeedFolder::new(folder).required_from(version)
            }
        }
    }
}

/// The rules of the check `locks`: `"all"`, or a table of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Locks {
    Word(All),
    Rules(LockTable),
}

/// The rules of a check of new versions: `"all"`, or a table of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum NewVersions {
    Word(All),
    Rules(NewVersionsTable),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NewVersionsTable {
    all: bool,
    allow: Vec<Version>,
}

impl NewVersions {
    /// Whether every version is judged, and the exceptions.
    fn read(self) -> (bool, impl Iterator<Item = VersionId>) {
        let NewVersionsTable { all, allow } = match self {
            NewVersions::Word(All::All) => NewVersionsTable { all: true, allow: Vec::new() },
            NewVersions::Rules(table) => table,
        };
        (all, allow.into_iter().map(VersionId::from))
    }
}

impl From<NewVersions> for PopulatedRules {
    fn from(given: NewVersions) -> PopulatedRules {
        let (all, allow) = given.read();
        let rules = PopulatedRules::new().allow(allow);
        if all { rules.all() } else { rules }
    }
}

impl From<NewVersions> for InterruptedRules {
    fn from(given: NewVersions) -> InterruptedRules {
        let (all, allow) = given.read();
        let rules = InterruptedRules::new().allow(allow);
        if all { rules.all() } else { rules }
    }
}

/// The word that stands for every version.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum All {
    All,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LockTable {
    all: bool,
    allow: Vec<String>,
    max_rows: Option<u64>,
}

impl From<Locks> for LockRules {
    fn from(locks: Locks) -> LockRules {
        let table = match locks {
            Locks::Word(All::All) => return LockRules::new().all(),
            Locks::Rules(table) => table,
        };
        let rules = LockRules::new().allow(table.allow);
        let rules = if table.all { rules.all() } else { rules };
        table.max_rows.into_iter().fold(rules, LockRules::max_rows)
    }
}

/// The queries of the program: a glob of files, a list of texts, or a table.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a glob of SQL files, a list of queries, or a table with `files`, `texts` and `except`"
)]
enum Queries {
    Files(String),
    Texts(Vec<String>),
    Rules(QueryTable),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct QueryTable {
    files: Option<String>,
    texts: Vec<String>,
    except: Vec<String>,
}

impl From<Queries> for QueryRules {
    fn from(queries: Queries) -> QueryRules {
        match queries {
            Queries::Files(files) => QueryRules::new().files(files),
            Queries::Texts(texts) => QueryRules::new().texts(texts),
            Queries::Rules(table) => {
                let rules = QueryRules::new().texts(table.texts).except(table.except);
                table.files.into_iter().fold(rules, QueryRules::files)
            }
        }
    }
}

impl Settings {
    /// The settings of a command on a folder of migrations.
    pub(crate) fn new(folder: &Path, migrations: &cli::Migrations) -> Result<Settings, Failure> {
        let mut settings = Settings::of_place(folder, &migrations.place)?;
        if let Some(folder) = &migrations.folder {
            settings.migrations = Some(Migrations::One(folder.clone()));
        }
        Ok(settings)
    }

    /// The settings of the named file, or of `gauntlet.toml` where there is one, with what the command line says of the
    /// place in their place.
    pub(crate) fn of_place(folder: &Path, place: &cli::Place) -> Result<Settings, Failure> {
        let mut settings = match &place.config {
            Some(file) => Settings::read(folder, file)?,
            None if folder.join(SETTINGS_FILE).exists() => {
                Settings::read(folder, Path::new(SETTINGS_FILE))?
            }
            None => Settings::default(),
        };
        folder.clone_into(&mut settings.folder);
        settings.db = place.db.clone().or(settings.db);
        settings.setup = place.setup.clone().or(settings.setup);
        settings.as_role = place.as_role.clone().or(settings.as_role);
        settings.isolation = place.isolation.or(settings.isolation);
        Ok(settings)
    }

    fn read(folder: &Path, file: &Path) -> Result<Settings, Failure> {
        let name = file.display();
        let text = gauntlet_runtime::regular_file::read_to_string(&folder.join(file))
            .map_err(Failure::io(format!("read {name}")))?;
        let settings = Settings::parse(&text)
            .map_err(|problem| Failure::Usage(format!("{name}: {problem}")))?;
        Ok(settings.beside(file.parent().unwrap_or(Path::new(""))))
    }

    fn parse(text: &str) -> Result<Settings, String> {
        let table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        if let Some(key) = table.keys().find(|key| !SETTINGS.contains(&key.as_str())) {
            return Err(unknown("setting", key, SETTINGS));
        }
        let settings: Settings = toml::from_str(text).map_err(|error| error.to_string())?;
        settings.naming.as_ref().map_or(Ok(()), naming::check)?;
        match &settings.shipped {
            Some(ShippedWords::At(at)) if at.git.is_some() == at.lock.is_some() => {
                Err("`shipped` takes `git` or `lock`: { git = \"origin/main\" }".to_owned())
            }
            _ => Ok(settings),
        }
    }

    /// The settings of a file in this folder, whose relative paths start there.
    fn beside(mut self, folder: &Path) -> Settings {
        let migrations = self.migrations.iter_mut().flat_map(Migrations::folders);
        let shipped = self.shipped.iter_mut().flat_map(ShippedWords::paths);
        let baseline = self.baseline.iter_mut().map(BaselineWords::path);
        let seeds = self.seeds.iter_mut().map(Seeds::path);
        let paths = self.setup.iter_mut().chain(migrations).chain(shipped).chain(baseline);
        let paths = paths.chain(seeds);
        let models = self.model.iter_mut().flat_map(|model| match model {
            OneOrMore::One(one) => std::slice::from_mut(one).iter_mut(),
            OneOrMore::More(more) => more.iter_mut(),
        });
        for path in paths.chain(models) {
            *path = folder.join(&*path);
        }
        self
    }

    /// Adds what the command line of `check` says.
    pub(crate) fn add(&mut self, check: &cli::Check) {
        if let Some(model) = &check.model {
            self.model = Some(OneOrMore::One(model.clone()));
        }
        if !check.irreversible.is_empty() {
            let versions = check.irreversible.iter().cloned().map(Version::Text).collect();
            self.irreversible = Some(OneOrMore::More(versions));
        }
        if let Some(floor) = &check.downgrade_floor {
            self.downgrade_floor = Some(Version::Text(floor.clone()));
        }
        if !check.only.is_empty() || !check.skip.is_empty() {
            self.only = Some(OneOrMore::More(check.only.clone()));
            self.skip = Some(OneOrMore::More(check.skip.clone()));
        }
        if let Some(reference) = &check.shipped {
            self.shipped = Some(ShippedWords::At(ShippedAt {
                git: Some(reference.clone()),
                ..ShippedAt::default()
            }));
        }
        self.strict |= check.strict;
    }

    /// The suite and the choice among its checks.
    pub(crate) fn into_suite(self, env: Env, sink: Arc<dyn Sink>) -> (Suite, Request) {
        let name = self.migrations.as_ref().map_or("migrations".to_owned(), ToString::to_string);
        let mut suite = Suite::with_front(name, self.folder, env, sink)
            .strict(self.strict)
            .partitions(self.partitions);
        if let Some(migrations) = self.migrations {
            suite = suite.migrations(migrations);
        }
        let mut request = Request::new();
        for word in self.only.map(OneOrMore::into_vec).unwrap_or_default() {
            request.only(word, None);
        }
        for word in self.skip.map(OneOrMore::into_vec).unwrap_or_default() {
            request.skip(word, None);
        }
        if let Some(db) = self.db {
            suite = suite.db(db);
        }
        match self.model {
            Some(OneOrMore::One(path)) => suite = suite.model(path),
            Some(OneOrMore::More(paths)) => suite = suite.model(paths),
            None => {}
        }
        if let Some(setup) = self.setup {
            suite = suite.setup(setup);
        }
        if let Some(role) = self.as_role {
            suite = suite.as_role(role);
        }
        if let Some(isolation) = self.isolation {
            suite = suite.isolation(isolation.into());
        }
        if let Some(versions) = self.irreversible.map(OneOrMore::into_vec) {
            suite = suite.irreversible(irreversible(versions));
        }
        if let Some(floor) = self.downgrade_floor {
            suite = suite.downgrade_floor(VersionId::from(floor));
        }
        if let Some(baseline) = self.baseline {
            suite = suite.baseline(Baseline::from(baseline));
        }
        if let Some(locks) = self.locks {
            suite = suite.locks(locks.into());
        }
        if let Some(populated) = self.populated {
            suite = suite.populated(populated.into());
        }
        if let Some(interrupted) = self.interrupted {
            suite = suite.interrupted(interrupted.into());
        }
        if let Some(queries) = self.queries {
            suite = suite.queries(queries);
        }
        if let Some(compat) = self.compat {
            suite = suite.compat(compat);
        }
        if let Some(table) = self.naming {
            suite = suite.naming_with(|rules| naming::add(table, rules));
        }
        if let Some(seeds) = self.seeds {
            suite = suite.seeds(seeds);
        }
        if let Some(shipped) = self.shipped {
            suite = suite.shipped(shipped);
        }
        if let Some(budget) = &self.budget {
            suite = suite.budget(budget.as_str());
        }
        if let Some(timeout) = &self.timeout {
            suite = suite.timeout(timeout.as_str());
        }
        (suite.ignore_kinds(self.ignore).ignore_tables(self.ignore_tables), request)
    }
}

fn irreversible(versions: Vec<Version>) -> Irreversible {
    match &versions[..] {
        [Version::Text(word)] if word == "all" => Irreversible::All,
        _ => Irreversible::versions(versions.into_iter().map(VersionId::from)),
    }
}

#[cfg(test)]
#[allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
mod tests {
    use expect_test::expect;
    use gauntlet_plan::EVERY_SETTING;

    use super::*;

    #[test]
    fn an_unknown_key_is_refused_with_the_one_that_was_meant() {
        let problem = Settings::parse("modle = \"schema.sql\"").unwrap_err();
        expect![[r#"
            unknown setting `modle`, did you mean `model`?
            valid: migrations, model, db, setup, as_role, isolation, irreversible, downgrade_floor, baseline, shipped, strict, partitions, ignore, ignore_tables, naming, locks, populated, interrupted, queries, compat, seeds, budget, timeout, skip, only"#]]
        .assert_eq(&problem);
    }

    #[test]
    fn every_key_is_read() {
        let table: toml::Table = EVERY_SETTING.parse().unwrap();
        let keys: Vec<&str> = table.keys().map(String::as_str).collect();
        let missing: Vec<&&str> = SETTINGS.iter().filter(|key| !keys.contains(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let settings = Settings::parse(EVERY_SETTING).unwrap();
        let suite = settings.into_suite(Env::empty(), Arc::new(crate::progress::Hidden)).0;
        expect!["db"].assert_eq(suite.name());
    }

    #[test]
    fn folders_and_what_has_shipped() {
        let name = |text: &str| {
            let settings = Settings::parse(text).unwrap();
            settings.into_suite(Env::empty(), Arc::new(crate::progress::Hidden)).0.name().to_owned()
        };
        expect!["migrations"].assert_eq(&name("shipped = 20240105"));
        expect!["a, b"].assert_eq(&name("migrations = [\"a\", \"b\"]\nshipped = { lock = \"x\" }"));
        expect!["a, b"].assert_eq(&name("migrations = { merged = [\"a\", \"b\"] }"));
        let fault = |text: &str| Settings::parse(text).unwrap_err();
        expect![[r#"`shipped` takes `git` or `lock`: { git = "origin/main" }"#]]
            .assert_eq(&fault("shipped = { healed = [1] }"));
        expect![[r#"
            TOML parse error at line 1, column 11
              |
            1 | shipped = { gti = "main" }
              |           ^^^^^^^^^^^^^^^^
            expected a version, or a table with `git` or `lock`, and perhaps `healed` and `folder`
        "#]]
        .assert_eq(&fault("shipped = { gti = \"main\" }"));
        expect![[r#"
            unknown kind of name `indexx`, did you mean `index`?
            valid: index, unique, foreign_key, check, primary_key, sequence, enum, trigger, view, table, column, except"#]].assert_eq(&fault("naming = { indexx = [\"ix_*\"] }"));
        expect![[r#"`ix` is neither a beginning nor an ending, such as "idx_*" or "*_idx""#]]
            .assert_eq(&fault("naming = { index = [\"ix\"] }"));
        expect!["`except` takes a list of names"]
            .assert_eq(&fault("naming = { except = \"any\" }"));
        expect![[r#"
            TOML parse error at line 1, column 14
              |
            1 | migrations = 7
              |              ^
            expected a folder, a list of folders, or { merged = [...] } with folders that are deployed as one
        "#]].assert_eq(&fault("migrations = 7"));
    }
}

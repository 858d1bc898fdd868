//! What a check works with: the suite's configuration, its history and its server.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use sqlx::{AssertSqlSafe, Executor as _};

use super::plan::Plan;
use crate::catalog::{
    Catalog, Change, Diff, Difference, Kind, NotCompared, ObjectId, ReadOptions, Scope, Value,
};
use crate::error::{Error, Result, query_text};
use crate::finding::Finding;
use crate::isolation::{Isolation, Sandbox};
use crate::migrations::{History, Migration};
use crate::server::{Server, SourceContext};
use crate::sql::{self, Position};
use crate::stage::observers::outside;
use crate::stage::observers::roles::{Made, RoleGuard};
use crate::suite::Suite;

/// The kind of the notes that count what was ignored.
pub(crate) const IGNORED: &str = "ignored";

/// The key of the lock under which the tests of one database run their setup in schema isolation.
const SETUP_LOCK: i64 = 0x6761_756e_7365_7475;

/// What a check works with. The history is read once; the server is found when it is first asked for.
#[derive(Debug)]
pub struct Context<'s> {
    suite: &'s Suite,
    history: Arc<History>,
    told: Mutex<Told>,
    reached_out: ReachedOut,
    plan: Arc<Plan>,
    /// The roles that the suite's scripts make, and the right to make them while a stage has it.
    roles: (Made, tokio::sync::Mutex<Weak<RoleGuard>>),
}

/// What steps did outside of their schema, for the check (or custom test) that ran them.
pub(crate) type ReachedOut = Arc<Mutex<Vec<Finding>>>;

/// What comparing left out, over all comparisons of one check.
#[derive(Debug, Default)]
struct Told {
    not_compared: BTreeSet<NotCompared>,
    ignored: Diff,
    comparisons: usize,
}

impl<'s> Context<'s> {
    /// Reads the suite's history.
    ///
    /// # Errors
    ///
    /// When the history cannot be read.
    pub fn new(suite: &'s Suite) -> Result<Context<'s>> {
        if !suite.mistakes.is_empty() {
            return Err(Error::Usage(suite.mistakes.join("\n")));
        }
        let history = Arc::new(suite.history.load(&suite.manifest_dir)?);
        let plan = Arc::new(Plan::of(suite, &history)?);
        let setup = suite.setup.as_ref().map(|file| suite.manifest_dir.join(file));
        // One that cannot be read is told when it is to run.
        let setup = setup.and_then(|file| std::fs::read_to_string(file).ok());
        let roles = (Made::by(&history, setup.as_deref()), tokio::sync::Mutex::default());
        Ok(Context {
            suite,
            history,
            told: Mutex::default(),
            reached_out: Arc::default(),
            plan,
            roles,
        })
    }

    /// What is to happen at single versions.
    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The right to make roles, if the suite's scripts make any; shared by all stages that are there at a time. The
    /// scripts can make their roles anew: those of other stages have gone or bear other names.
    pub(crate) async fn roles(&self, server: &Arc<Server>) -> Result<Option<Arc<RoleGuard>>> {
        let (made, held) = &self.roles;
        if made.is_empty() {
            return Ok(None);
        }
        let mut held = held.lock().await;
        if let Some(guard) = held.upgrade() {
            guard.put_aside().await?;
            return Ok(Some(guard));
        }
        let guard = Arc::new(RoleGuard::acquire(server, made).await?);
        *held = Arc::downgrade(&guard);
        Ok(Some(guard))
    }

    /// Whether the scripts make roles, so that its stages must not be at work at the same time.
    pub(crate) fn makes_roles(&self) -> bool {
        !self.roles.0.is_empty()
    }

    /// The suite's configuration.
    pub fn suite(&self) -> &'s Suite {
        self.suite
    }

    /// The history.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The history, to keep.
    pub fn shared_history(&self) -> Arc<History> {
        Arc::clone(&self.history)
    }

    /// Whether a version is declared to have no way back, or lies at or below the downgrade floor.
    pub fn stays(&self, migration: &Migration) -> bool {
        self.suite.irreversible.contains(migration.number())
            || self.suite.downgrade_floor.is_some_and(|floor| migration.number() <= floor)
    }

    /// The server: found or started when it is first asked for, one for the whole process.
    ///
    /// # Errors
    ///
    /// When there is none to be had.
    pub async fn server(&self) -> Result<Arc<Server>> {
        let context = SourceContext::new(&self.suite.manifest_dir);
        Ok(Server::shared(&*self.suite.source, &context).await?)
    }

    /// How the catalog of a sandbox is read.
    pub fn read_options(&self, sandbox: &Sandbox) -> ReadOptions {
        let scope = match sandbox.isolation() {
            Isolation::Database => Scope::Database,
            Isolation::Schema => Scope::Schema,
        };
        ReadOptions::default()
            .home(sandbox.home_schema())
            .scope(scope)
            .bookkeeping(None, self.history.table())
    }

    /// Runs the suite's setup file as the administrator, if there is one.
    pub(crate) async fn run_setup(&self, sandbox: &Sandbox) -> Result<()> {
        let Some(file) = &self.suite.setup else { return Ok(()) };
        let failed = |place: String, message: String| Error::Setup { file: place, message };
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(self.suite.manifest_dir.join(file))
            .map_err(|e| failed(shown.clone(), e.to_string()))?;
        let mut conn = sandbox.connect_setup().await?;
        if sandbox.isolation() == Isolation::Schema {
            // The tests share a database, and two that make the same extension at once fail, `IF NOT EXISTS` or not.
            // The server lifts the lock when the connection ends.
            sqlx::query("SELECT pg_catalog.pg_advisory_lock($1)")
                .bind(SETUP_LOCK)
                .execute(&mut conn)
                .await?;
        }
        for statement in sql::split(&text) {
            if let Err(error) = conn.execute(AssertSqlSafe(statement.text)).await {
                let place = format!("{shown}:{}", Position::of_byte(&text, statement.offset));
                return Err(failed(place, query_text(&error)));
            }
        }
        Ok(())
    }

    /// Compares two catalogs by the suite's rules. An object that is missing or extra carries its definition as the
    /// value that is expected or found.
    pub fn diff(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        let mut diff = expected.diff_with(actual, &self.suite.diff);
        let mut differences = std::mem::take(&mut diff.differences);
        self.tell(diff);
        for difference in &mut differences {
            match difference.change {
                Change::Missing => difference.expected = definition(expected, &difference.object),
                Change::Extra => difference.actual = definition(actual, &difference.object),
                _ => {}
            }
        }
        differences
    }

    fn tell(&self, mut diff: Diff) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.not_compared.extend(std::mem::take(&mut diff.not_compared));
        if told.comparisons == 0 {
            told.ignored = diff;
        } else {
            told.ignored.absorb_counts(&diff);
        }
        told.comparisons += 1;
    }

    /// Where stages tell what a step did outside of its schema.
    pub(crate) fn reached_out(&self) -> ReachedOut {
        Arc::clone(&self.reached_out)
    }

    /// What the steps of this check did outside of their schema, each told once.
    pub(crate) fn outside(&self) -> Vec<Finding> {
        outside::once(&self.reached_out.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes on what the comparisons of this check left out: kinds that the reader does not model, how much each
    /// ignore rule ignored, and rules that matched nothing.
    pub(crate) fn notes(&self) -> Vec<Finding> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.comparisons == 0 {
            return Vec::new();
        }
        let not_compared = told.not_compared.iter().map(|thing| {
            Finding::note("not_compared", format!("not compared: {}", thing.what)).fact(&*thing.why)
        });
        let used = told.ignored.ignored.iter().filter(|ignored| ignored.count > 0);
        let counted = used.map(|ignored| {
            let things = if ignored.count == 1 { "thing" } else { "things" };
            let title = format!("the rule `{}` ignored {} {things}", ignored.rule, ignored.count);
            Finding::note(IGNORED, title)
        });
        let idle = told.ignored.idle_rules().map(|rule| {
            Finding::note("idle_ignore_rule", format!("the rule `{rule}` ignores nothing"))
                .help("remove it, or correct it if it is misspelt")
        });
        not_compared.chain(counted).chain(idle).collect()
    }

    /// The SQL that turns `actual` into `expected` as far as these differences go, if it can be told.
    pub fn mend(
        &self,
        expected: &Catalog,
        actual: &Catalog,
        differences: &[Difference],
    ) -> Option<String> {
        let plan = crate::repair::mend(expected, actual, differences);
        (!plan.steps.is_empty()).then(|| plan.script())
    }

    /// A path as the user wrote it, from the folder of the crate.
    pub fn absolute(&self, path: &Path) -> std::path::PathBuf {
        self.suite.manifest_dir.join(path)
    }
}

/// What an object is, in one line where it can be: its definition, its columns, its labels.
fn definition(catalog: &Catalog, id: &ObjectId) -> Option<Value> {
    let object = catalog.get(id)?;
    let said = |name: &str| object.attributes.get(name).or_else(|| object.facts.get(name));
    match id.kind {
        Kind::Table | Kind::ForeignTable | Kind::CompositeType => {
            let mut columns: Vec<(usize, String)> = catalog
                .children(Kind::Column, id.schema.as_deref(), &id.name)
                .map(|(column, object)| {
                    let position = object.fact("position").and_then(|p| p.parse().ok());
                    let text =
                        format!("{} {}", column.name, object.text("type").unwrap_or_default());
                    (position.unwrap_or(0), text)
                })
                .collect();
            columns.sort();
            Some(Value::List(columns.into_iter().map(|(_, text)| text).collect()))
        }
        Kind::Column => {
            let mut text = object.text("type")?.to_owned();
            if object.has("not_null") {
                text.push_str(" NOT NULL");
            }
            if let Some(default) = object.text("default") {
                text.push_str(" DEFAULT ");
                text.push_str(default);
            }
            Some(text.into())
        }
        Kind::Enum => said("labels").cloned(),
        Kind::DefaultPrivilege => {
            let grants = object.prefixed("grant.");
            let grants: Vec<String> =
                grants.map(|(role, what)| format!("{what} to {role}")).collect();
            Some(grants.join(", ").into())
        }
        _ => said("definition").cloned(),
    }
}

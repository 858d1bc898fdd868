//! The engine that runs several histories, each by its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::names;
use crate::driver::PgConnection;
use crate::engines::{Engine, EngineError, IntoEngine, Part, StepError, Words};
use crate::history::shipped::Change;
use crate::history::{History, HistoryError, Migration, Problem, Script, VersionId};
use crate::names::quote_ident;
use crate::runtime::BoxFuture;
use crate::sql::qualifiers;

/// Several histories in one database, each with its own engine and its own bookkeeping table, run in this order. What
/// `migrations = ["core/migrations", "jobs/migrations"]` makes.
#[derive(Debug)]
pub struct Several {
    parts: Vec<Part>,
}

impl Several {
    /// These engines, in the order in which production runs them.
    pub fn new(engines: impl IntoIterator<Item = Arc<dyn Engine>>) -> Several {
        let engines: Vec<Arc<dyn Engine>> = engines.into_iter().collect();
        let names = {
            let folders: Vec<Option<&Path>> =
                engines.iter().map(|engine| engine.folders().first().copied()).collect();
            names::of_folders(&folders)
        };
        let part = |(name, engine)| Part { name, engine };
        Several { parts: names.into_iter().zip(engines).map(part).collect() }
    }

    /// The part whose table names all others: one that stands in home, if there is one.
    fn leading(&self) -> Option<&Part> {
        let at_home = |part: &&Part| qualifiers(part.engine.table()).is_empty();
        self.parts.iter().find(at_home).or(self.parts.first())
    }

    fn part(&self, version: &VersionId) -> Result<&Part, EngineError> {
        let part = self.parts.iter().find(|part| Some(&*part.name) == version.part());
        part.ok_or_else(|| EngineError::other(format!("no history has version {version}")))
    }

    /// The table of a part, where that of the leading part is called `table`: without a schema as in production, or with it.
    fn table_of(&self, part: &Part, table: &str) -> String {
        let own = part.engine.table();
        let leading = self.leading().map_or("", |leading| leading.engine.table());
        match &qualifiers(table)[..] {
            [.., home] if qualifiers(own).is_empty() && qualifiers(leading).is_empty() => {
                format!("{}.{own}", quote_ident(home))
            }
            _ => own.to_owned(),
        }
    }

    /// The engine of a version, with the table and the version as that engine knows them.
    fn own(
        &self,
        table: &str,
        migration: &Migration,
    ) -> Result<(&dyn Engine, String, Migration), EngineError> {
        let part = self.part(migration.id())?;
        Ok((&*part.engine, self.table_of(part, table), migration.clone().bare()))
    }

    /// One problem for each table that several parts use.
    fn shared_tables(&self, histories: &[(String, History)]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let same = |other: &&Part| other.engine.table() == part.engine.table();
            if self.parts[..at].iter().any(|earlier| same(&earlier)) {
                continue;
            }
            let sharing: Vec<&Part> = self.parts.iter().filter(same).collect();
            if sharing.len() < 2 {
                continue;
            }
            let ids = |part: &&Part| {
                let own = histories.iter().filter(|(name, _)| *name == part.name);
                let ids = own.flat_map(|(_, history)| history.migrations()).map(Migration::id);
                ids.cloned().collect::<Vec<VersionId>>()
            };
            let mut all: Vec<VersionId> = sharing.iter().flat_map(ids).collect();
            all.sort();
            let mut common: Vec<VersionId> =
                all.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0].clone()).collect();
            common.dedup();
            problems.push(Problem::SharedTable {
                table: part.engine.table().to_owned(),
                parts: sharing.iter().map(|part| part.name.clone()).collect(),
                common,
                tolerated: sharing.iter().all(|part| part.engine.ignores_missing()),
            });
        }
        problems
    }
}

impl Engine for Several {
    fn name(&self) -> &str {
        self.parts.first().map_or("several histories", |part| part.engine.name())
    }

    fn follows_from_scripts(&self) -> bool {
        self.parts.iter().all(|part| part.engine.follows_from_scripts())
    }

    fn configure(&self, manifest_dir: &Path) -> Result<(), HistoryError> {
        if self.parts.is_empty() {
            return Err(HistoryError::source("`migrations` lists no folder"));
        }
        self.parts.iter().try_for_each(|part| part.engine.configure(manifest_dir))
    }

    fn read(&self, manifest_dir: &Path) -> Result<History, HistoryError> {
        self.configure(manifest_dir)?;
        let read = |part: &Part| Ok((part.name.clone(), part.engine.read(manifest_dir)?));
        let histories = self.parts.iter().map(read).collect::<Result<Vec<_>, HistoryError>>()?;
        let problems = self.shared_tables(&histories);
        History::joined(histories, problems)
    }

    fn table(&self) -> &str {
        self.leading().map_or("", |part| part.engine.table())
    }

    fn tables(&self) -> Vec<&str> {
        let mut tables: Vec<&str> = Vec::new();
        for table in self.parts.iter().flat_map(|part| part.engine.tables()) {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        tables
    }

    fn schemas(&self) -> Vec<String> {
        self.parts.iter().flat_map(|part| part.engine.schemas()).collect()
    }

    fn parts(&self) -> &[Part] {
        &self.parts
    }

    fn prepare<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        home: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>> {
        Box::pin(async move {
            for part in &self.parts {
                part.engine.prepare(conn, home).await?;
            }
            Ok(self.table().to_owned())
        })
    }

    fn apply<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            let (engine, table, migration) = self.own(table, migration)?;
            engine.apply(conn, &table, &migration).await
        })
    }

    fn revert<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            let (engine, table, migration) = self.own(table, migration)?;
            engine.revert(conn, &table, &migration).await
        })
    }

    fn mark<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            let (engine, table, migration) = self.own(table, migration)?;
            engine.mark(conn, &table, &migration).await
        })
    }

    fn applied<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
    ) -> BoxFuture<'a, Result<Vec<VersionId>, EngineError>> {
        Box::pin(async move {
            let mut all = Vec::new();
            for part in &self.parts {
                let applied = part.engine.applied(conn, &self.table_of(part, table)).await?;
                all.extend(applied.into_iter().map(|id| id.in_part(&part.name)));
            }
            Ok(all)
        })
    }

    fn checksums<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(VersionId, String)>, EngineError>> {
        Box::pin(async move {
            let mut all = Vec::new();
            for part in &self.parts {
                let own = part.engine.checksums(conn, &self.table_of(part, table)).await?;
                all.extend(own.into_iter().map(|(id, sum)| (id.in_part(&part.name), sum)));
            }
            Ok(all)
        })
    }

    fn frame<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            match self.parts.first() {
                Some(part) => part.engine.frame(conn).await,
                None => Ok(()),
            }
        })
    }

    fn lock<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<bool, EngineError>> {
        Box::pin(async move {
            match self.parts.first() {
                Some(part) => part.engine.lock(conn).await,
                None => Ok(false),
            }
        })
    }

    fn unlock<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            match self.parts.first() {
                Some(part) => part.engine.unlock(conn).await,
                None => Ok(()),
            }
        })
    }

    fn folders(&self) -> Vec<&Path> {
        self.parts.iter().flat_map(|part| part.engine.folders()).collect()
    }

    fn settings_file(&self) -> Option<PathBuf> {
        None
    }

    fn at_deployment(&self, change: &Change) -> Option<String> {
        self.part(&change.version().id).ok()?.engine.at_deployment(change)
    }

    fn heal(&self, version: &VersionId, was: &str, now: &str) -> Option<String> {
        self.part(version).ok()?.engine.heal(version.bare(), was, now)
    }

    fn sends_statements_alone(&self) -> bool {
        self.parts.iter().all(|part| part.engine.sends_statements_alone())
    }

    fn no_transaction_line(&self) -> Option<&str> {
        let first = self.parts.first()?.engine.no_transaction_line();
        let same = |part: &Part| part.engine.no_transaction_line() == first;
        first.filter(|_| self.parts.iter().all(same))
    }

    fn explain(&self, problem: &Problem) -> Words {
        self.parts
            .first()
            .map_or_else(|| Words::neutral(problem), |part| part.engine.explain(problem))
    }

    fn advise(&self, script: &Script, error: &StepError) -> Option<String> {
        self.part(&error.version.id).ok()?.engine.advise(script, error)
    }
}

impl<E: IntoEngine, const N: usize> IntoEngine for [E; N] {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Several::new(self.into_iter().map(IntoEngine::into_engine)))
    }
}

impl<E: IntoEngine> IntoEngine for Vec<E> {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Several::new(self.into_iter().map(IntoEngine::into_engine)))
    }
}

macro_rules! tuples {
    ($(($($part:ident)+))+) => { $(
        impl<$($part: IntoEngine),+> IntoEngine for ($($part,)+) {
            fn into_engine(self) -> Arc<dyn Engine> {
                #[allow(non_snake_case, reason = "a variable for each type")]
                let ($($part,)+) = self;
                Arc::new(Several::new([$($part.into_engine()),+]))
            }
        }
    )+ };
}

tuples! { (A B) (A B C) (A B C D) }

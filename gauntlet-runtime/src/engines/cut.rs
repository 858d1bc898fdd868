//! One up that ends too early, in the transactions that its engine gives it.

use super::locate::statement_error;
use super::{Runner, StepError};
use crate::driver::{self, PgConnection};
use crate::history::{Migration, Script};
use crate::sql::{self, Statement};

/// The place where a run is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Before the commit of the transaction that holds the whole script and its record.
    BeforeCommit,
    /// After so many statements. What they did is committed; the version is not recorded.
    After(usize),
    /// In the middle of the statement at this index, which waits for other transactions on its way.
    Within(usize),
}

impl Cut {
    /// The number of statements that run to their end before the cut, of so many.
    fn statements(self, of: usize) -> usize {
        match self {
            Cut::BeforeCommit => of,
            Cut::After(statements) | Cut::Within(statements) => statements.min(of),
        }
    }
}

impl Runner {
    /// The places where a run of a script can be cut off so that it leaves another state than anywhere before. None where
    /// the script has no statement.
    pub(crate) fn cuts(&self, script: &Script) -> Vec<Cut> {
        let statements = sql::split(&script.text);
        let all = statements.len();
        if all == 0 {
            return Vec::new();
        }
        if !self.shares_a_transaction(script, &statements) {
            let cuts = |(at, statement)| {
                let within = is_concurrent(statement).then_some(Cut::Within(at));
                within.into_iter().chain([Cut::After(at + 1)])
            };
            return statements.iter().enumerate().flat_map(cuts).collect();
        }
        let ends = statements.iter().enumerate().filter(|(_, one)| sql::ends_transaction(one.text));
        let mut cuts: Vec<Cut> = ends.map(|(at, _)| Cut::After(at + 1)).collect();
        if cuts.is_empty() && script.transactional {
            return vec![Cut::BeforeCommit];
        }
        if cuts.last() != Some(&Cut::After(all)) {
            cuts.push(Cut::After(all));
        }
        cuts
    }

    /// Runs the up of a version as far as the statements go that run to their end before the cut.
    ///
    /// # Errors
    ///
    /// [`StepError`] when a statement fails.
    pub(crate) async fn run_until(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
        cut: Cut,
    ) -> Result<(), StepError> {
        let script = migration.up();
        let all = sql::split(&script.text);
        let shares = self.shares_a_transaction(script, &all);
        let mut open = false;
        for statement in &all[..cut.statements(all.len())] {
            if shares && !open {
                self.send(conn, migration, "BEGIN", None).await?;
            }
            self.send(conn, migration, statement.text, Some(*statement)).await?;
            open = shares && !sql::ends_transaction(statement.text);
        }
        if open && cut != Cut::BeforeCommit {
            self.send(conn, migration, "COMMIT", None).await?;
        }
        Ok(())
    }

    /// Runs the statement at which a run is cut off.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the statement fails, or its session is ended.
    pub(crate) async fn run_at(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
        at: usize,
    ) -> Result<(), StepError> {
        match sql::split(&migration.up().text).get(at) {
            Some(statement) => self.send(conn, migration, statement.text, Some(*statement)).await,
            None => Ok(()),
        }
    }

    async fn send(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
        sql: &str,
        statement: Option<Statement<'_>>,
    ) -> Result<(), StepError> {
        match driver::execute(conn, sql).await {
            Ok(_) => Ok(()),
            Err(error) => {
                Err(statement_error(migration.version(), migration.up(), statement, error))
            }
        }
    }
}

/// Whether a statement commits on its way and waits for the transactions of others.
fn is_concurrent(statement: &Statement<'_>) -> bool {
    let words: Vec<String> = sql::words(statement.text).map(|(_, word)| word).collect();
    let begins = |verbs: &[&str]| words.first().is_some_and(|word| verbs.contains(&&**word));
    let has = |word: &str| words.iter().any(|known| known == word);
    has("concurrently")
        && (begins(&["create", "drop", "reindex"]) || (begins(&["alter"]) && has("detach")))
}

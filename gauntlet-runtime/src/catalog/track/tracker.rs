//! The catalog of one database, kept true from step to step.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::counts::{Counter, Written};
use super::journal::{Change, Journal, of};
use super::scan::{Roles, SOURCES, Seen, roles, scan, statement};
use super::stale::Stale;
use super::statements::Statements;
use crate::catalog::ordered::Set;
use crate::catalog::read::addresses::{Addresses, Root};
use crate::catalog::read::reader::{pin, read_whole};
use crate::catalog::read::surroundings::Surroundings;
use crate::catalog::{Catalog, CatalogError, ReadOptions};
use crate::driver::{self, Connection as _, Oid, PgConnection};
use crate::sql::SqlText;

/// Reads the catalog of a database after each step, at a cost that follows from what the step changed.
///
/// Equal at every moment to what [`Catalog::read`] would read: a property test holds it to that.
#[derive(Debug)]
pub struct Tracker {
    pub(super) conn: PgConnection,
    pub(super) options: ReadOptions,
    pub(super) surroundings: Surroundings,
    pub(super) catalog: Catalog,
    pub(super) index: Addresses,
    pub(super) journal: Journal,
    pub(super) statements: Statements,
    pub(super) scan: Arc<str>,
    pub(super) horizon: i64,
    /// The first transaction that had not begun at the last look.
    pub(super) next: i64,
    /// Objects of the system whose comments are read.
    pub(super) system: Vec<Oid>,
    /// The members of extensions: a change of one may be a change of its privileges, which are the extension's.
    pub(super) members: HashSet<u32>,
    /// For each source, its rows: what each hangs on.
    pub(super) rows: Vec<HashMap<i64, i64>>,
    /// The rows that are new since [`Tracker::begin`].
    pub(super) fresh: Vec<Vec<i64>>,
    /// The sum over the catalogs without a source.
    pub(super) others: String,
    roles: Roles,
    /// The highest number that a row of the sources bears.
    pub(super) highest: i64,
    /// What the server counts, where it counts exactly.
    pub(super) counter: Option<Counter>,
    /// The catalog was given by somebody else, so that the rest does not fit it.
    pub(super) given: bool,
    /// Every look is a full read.
    pub(super) reads_everything: bool,
}

/// A statement that reads single roots is planned once, in a database that holds nothing yet. Left to itself, the
/// planner would read all of every catalog, for ever.
const FEW: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off";

/// For statements that read all there is.
const MANY: &str = "SET enable_seqscan = on; SET enable_hashjoin = on; SET enable_mergejoin = on; SET enable_material = on";

/// The members of extensions. What of them changes changes the catalog of dependencies too.
const MEMBERS: &str =
    "SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'";

impl Tracker {
    /// Reads the whole catalog. `conn` must lead to the database as the migrations' own connection does, and is used
    /// for nothing else from now on: settings that change how PostgreSQL prints are pinned on it. Between looks it
    /// holds no transaction.
    ///
    /// # Errors
    ///
    /// As [`Catalog::read`].
    pub async fn start(
        mut conn: PgConnection,
        options: ReadOptions,
    ) -> Result<Tracker, CatalogError> {
        pin(&mut conn, &options, "SET").await?;
        let mut index = Addresses::default();
        let (catalog, surroundings) = read_whole(&mut conn, &options, &mut index).await?;
        let system: Vec<Oid> = driver::query_scalar(
            "SELECT oid FROM pg_namespace WHERE oid < 16384 UNION ALL SELECT oid FROM pg_extension WHERE oid < 16384",
        )
        .fetch_all(&mut conn)
        .await?;
        let scan = statement(surroundings.version, surroundings.superuser);
        let mut tracker = Tracker {
            conn,
            options,
            surroundings,
            catalog,
            index,
            journal: Journal::default(),
            statements: Statements::default(),
            scan,
            horizon: 0,
            next: 0,
            system,
            members: HashSet::new(),
            rows: Vec::new(),
            fresh: Vec::new(),
            others: String::new(),
            roles: Roles::default(),
            highest: 0,
            counter: None,
            given: false,
            reads_everything: false,
        };
        tracker.count_all().await?;
        tracker.plan(FEW).await?;
        Ok(tracker)
    }

    /// The catalog as it was at the last look.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Makes every look from now on a full read, for a comparison with what the tracker finds.
    pub fn read_everything(&mut self) {
        self.reads_everything = true;
    }

    /// Calls the last look moment 0. The looks that follow are moments 1, 2, ….
    pub fn begin(&mut self) {
        self.journal = Journal::default();
        self.fresh = vec![Vec::new(); SOURCES.len()];
    }

    /// The moment of the last look.
    pub fn moment(&self) -> usize {
        self.journal.0.len()
    }

    /// The whole catalog at a moment since [`begin`](Self::begin).
    pub fn at(&self, moment: usize) -> Catalog {
        self.journal.whole(moment, &self.catalog, &self.index)
    }

    /// Two moments, each only with what changed between them and what hangs together with it. Comparing the two comes
    /// to the same as comparing the whole catalogs.
    pub fn between(&self, from: usize, to: usize) -> (Catalog, Catalog) {
        self.journal.pair((from, to), &self.catalog, &self.index)
    }

    /// Looks at what has changed since the last look.
    ///
    /// # Errors
    ///
    /// As [`Catalog::read`]. After an error the tracker must not be used any more.
    pub async fn look(&mut self) -> Result<(), CatalogError> {
        if let Some(counter) = &mut self.counter {
            // For the next look; whatever is written from here on is seen again then.
            let counts = counter.ask(&mut self.conn).await?;
            counter.written(&counts);
        }
        self.look_everywhere(Stale::default()).await
    }

    /// As [`look_by_counts`](Self::look_by_counts), where all sessions that have written have reported what they wrote.
    ///
    /// # Errors
    ///
    /// As [`look`](Self::look).
    pub async fn look_asking(&mut self, script: &SqlText) -> Result<(), CatalogError> {
        match &self.counter {
            Some(counter) => {
                let counts = counter.ask(&mut self.conn).await?;
                self.look_by_counts(script, &counts).await
            }
            None => self.look().await,
        }
    }

    /// Leaves out of the next look what the server has counted of a session whose transaction was rolled back.
    ///
    /// # Errors
    ///
    /// When a connection breaks.
    pub async fn leave_out(&mut self, session: &mut PgConnection) -> Result<(), CatalogError> {
        if let Some(counter) = &mut self.counter {
            driver::execute(session, "SELECT pg_catalog.pg_stat_force_next_flush()").await?;
            let counts = counter.ask(&mut self.conn).await?;
            counter.written(&counts);
        }
        Ok(())
    }

    /// What a session that writes has to ask for [`look_by_counts`](Self::look_by_counts): an SQL expression, an `int8[]`.
    /// `None` where the server does not count exactly (before PostgreSQL 15).
    pub fn question(&self) -> Option<&str> {
        self.counter.as_ref().map(|counter| &*counter.question)
    }

    /// Looks at what has changed since the last look, at a cost that follows from how much was written. `counts` is the
    /// answer to the [`question`](Self::question), from the session that wrote, after all that it wrote. What is
    /// promised is that all other sessions that have written since the last look have reported it, that this one asks with every
    /// answer for `pg_stat_force_next_flush()`, and that `track_counts` was on all the time. Where the counts do not add up, this
    /// is [`look`](Self::look). `script` is what has run, as a hint.
    ///
    /// # Errors
    ///
    /// As [`look`](Self::look).
    pub async fn look_by_counts(
        &mut self,
        script: &SqlText,
        counts: &[i64],
    ) -> Result<(), CatalogError> {
        let written = self.counter.as_mut().and_then(|counter| counter.written(counts));
        let mut stale = Stale::default();
        if written.as_ref().is_some_and(Written::roles) {
            let before = std::mem::replace(&mut self.roles, roles(&mut self.conn).await?);
            stale.everything |= before.renamed(&self.roles);
        }
        if let Some(written) = written.filter(|w| !w.others() && self.is_true())
            && self.account_by_counts(&written, script, &mut stale).await?
            && !stale.everything
        {
            return match self.read_again(stale).await? {
                Some(change) => {
                    self.journal.0.push(change);
                    Ok(())
                }
                None => self.look_at_everything().await,
            };
        }
        self.look_everywhere(stale).await
    }

    /// Returns true if the known state is that of the last look, so that changes can be added to it.
    fn is_true(&self) -> bool {
        !self.given && !self.reads_everything && self.catalog.not_compared.is_empty()
    }

    /// Looks for what has changed in all catalogs. `stale` are roots of which that is known already.
    async fn look_everywhere(&mut self, mut stale: Stale) -> Result<(), CatalogError> {
        if !self.is_true() {
            return self.look_at_everything().await;
        }
        let seen = self.scan(Some(self.horizon)).await?;
        let renamed = self.roles.renamed(&seen.roles);
        if renamed || seen.others_newer || seen.others != self.others {
            stale.everything = true;
        } else {
            self.account(&seen, &mut stale).await?;
        }
        if !stale.everything {
            (self.horizon, self.next) = (seen.horizon, seen.next);
            self.roles = seen.roles;
            if let Some(change) = self.read_again(stale).await? {
                self.journal.0.push(change);
                return Ok(());
            }
        }
        self.look_at_everything().await
    }

    /// Takes a catalog that was read elsewhere as what is there now: over the connection of a migration that has left
    /// a transaction open, say.
    pub fn take(&mut self, catalog: Catalog) {
        let index = Addresses::of(&catalog);
        let change = compare(&self.catalog, &catalog, &index);
        self.journal.0.push(change);
        self.index = index;
        self.catalog = catalog;
        self.given = true;
    }

    /// Ends the connection. What goes wrong with that is of no consequence: nothing was written over it.
    pub async fn close(self) {
        drop(self.conn.close().await);
    }

    async fn scan(&mut self, horizon: Option<i64>) -> Result<Seen, CatalogError> {
        let home = &self.options.home;
        scan(&mut self.conn, &self.scan, horizon, &self.system, home).await
    }

    /// Tells the planner what the next statements are after.
    async fn plan(&mut self, settings: &'static str) -> Result<(), CatalogError> {
        driver::execute(&mut self.conn, settings).await?;
        Ok(())
    }

    /// Learns all rows again.
    async fn count_all(&mut self) -> Result<(), CatalogError> {
        self.counter = Counter::start(&mut self.conn, self.surroundings.version).await?;
        let members: Vec<Oid> = driver::query_scalar(MEMBERS).fetch_all(&mut self.conn).await?;
        self.members = members.into_iter().map(|oid| oid.0).collect();
        let seen = self.scan(None).await?;
        (self.horizon, self.next) = (seen.horizon, seen.next);
        (self.others, self.roles) = (seen.others, seen.roles);
        self.highest = 0;
        for (source, rows) in SOURCES.iter().zip(&seen.rows) {
            if source.number.is_some() {
                let keys = rows.newer.iter().map(|(key, _)| *key);
                self.highest = keys.fold(self.highest, i64::max);
            }
        }
        self.rows = seen.rows.into_iter().map(|rows| rows.newer.into_iter().collect()).collect();
        self.fresh.resize(SOURCES.len(), Vec::new());
        for (fresh, rows) in self.fresh.iter_mut().zip(&self.rows) {
            // Rows that have gone meanwhile are not to be found gone again.
            fresh.retain(|key| rows.contains_key(key));
        }
        Ok(())
    }

    async fn look_at_everything(&mut self) -> Result<(), CatalogError> {
        // Before the catalog is read: what changes meanwhile is found at the next look.
        self.count_all().await?;
        self.plan(MANY).await?;
        self.given = false;
        let mut index = Addresses::default();
        let (catalog, surroundings) = read_whole(&mut self.conn, &self.options, &mut index).await?;
        if surroundings.rare != self.surroundings.rare {
            self.statements = Statements::default();
        }
        self.surroundings = surroundings;
        self.plan(FEW).await?;
        let change = compare(&self.catalog, &catalog, &index);
        self.journal.0.push(change);
        self.index = index;
        self.catalog = catalog;
        Ok(())
    }
}

/// What changed between two whole catalogs; `now` is the index of the second.
fn compare(before: &Catalog, after: &Catalog, now: &Addresses) -> Change {
    let then = Addresses::of(before);
    let same = |root: &Root| {
        let all = now.members(*root).count() == then.members(*root).count();
        all && then.members(*root).all(|(_, id)| before.get(id) == after.get(id))
    };
    let roots: Set<Root> = then.roots().chain(now.roots()).collect();
    let changed = roots.into_iter().filter(|root| !same(root));
    changed.map(|root| (root, of(before, &then, root))).collect()
}

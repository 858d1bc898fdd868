//! The recording of footprints between the statements of a script.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::plan::{self, Full, parse};
use super::relation::Relations;
use super::{Footprint, Held, LockMode, Relation, RelationKind};
use crate::driver::{self, PgConnection, Row as _};
use crate::engines::{Ran, Watch};
use crate::runtime::BoxFuture;

/// Makes the plans of a small database those of a large one, as far as there are indexes, and planning cheap. `jit` would
/// compile every plan that has to use a sequential scan.
const LIKE_LARGE: &str = "SET enable_seqscan = off; SET jit = off";

/// What a session holds. It is asked as one text, unprepared: a script may remove what is prepared.
const HOLDS: &str = "
    WITH held AS MATERIALIZED (
        SELECT relation::pg_catalog.oid AS oid, mode FROM pg_catalog.pg_locks
        WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND granted
        AND relation >= 16384::pg_catalog.oid
    ), locked AS MATERIALIZED (SELECT DISTINCT oid FROM held)
    SELECT pg_catalog.json_build_object(
        'lock_timeout', pg_catalog.current_setting('lock_timeout') <> '0'
            OR pg_catalog.current_setting('statement_timeout') <> '0',
        'counts', pg_catalog.current_setting('track_counts') = 'on',
        'locks', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(oid::int8, mode)) FROM held),
        'files', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
                c.oid::int8, c.relfilenode::int8, c.reltablespace::int8))
            FROM locked JOIN pg_catalog.pg_class AS c ON c.oid = locked.oid),
        'scans', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
                oid::int8, pg_catalog.pg_stat_get_xact_numscans(oid))) FROM locked)
    )::text";

/// The files of all relations, for a statement whose locks are gone.
const FILES: &str = "
    SELECT pg_catalog.json_agg(pg_catalog.json_build_array(oid::int8, relfilenode::int8, reltablespace::int8))::text
    FROM pg_catalog.pg_class WHERE oid >= 16384::pg_catalog.oid AND relfilenode <> 0::pg_catalog.oid";

#[derive(Debug, Deserialize)]
struct Holds {
    lock_timeout: bool,
    counts: bool,
    locks: Option<Vec<(i64, String)>>,
    files: Option<Vec<(i64, i64, i64)>>,
    scans: Option<Vec<(i64, i64)>>,
}

/// Records the footprint of each statement of a script.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// The relations from before the version, with the files of now.
    relations: Relations,
    /// The schema in which unqualified names land.
    home: String,
    /// The statement that took each lock that is held.
    held: BTreeMap<(i64, LockMode), usize>,
    scans: BTreeMap<i64, i64>,
    footprints: Vec<Footprint>,
}

impl Recorder {
    /// Starts to record on a session that is like a new one. `relations` are those that exist now.
    ///
    /// # Errors
    ///
    /// When the session does not answer.
    pub(crate) async fn start(
        session: &mut PgConnection,
        relations: Relations,
        home: &str,
    ) -> driver::Result<Recorder> {
        driver::execute(session, LIKE_LARGE).await?;
        Ok(Recorder {
            relations,
            home: home.to_owned(),
            held: BTreeMap::new(),
            scans: BTreeMap::new(),
            footprints: Vec::new(),
        })
    }

    /// The footprints of the statements, and the relations from before the version.
    pub(crate) fn finish(self) -> (Vec<Footprint>, Relations) {
        (self.footprints, self.relations)
    }

    async fn record(&mut self, conn: &mut PgConnection, ran: Ran<'_>) -> driver::Result<()> {
        // Before the scans are read: planning may count some too.
        let reads = if ran.in_transaction && self.others_wait() {
            plan::full_reads(conn, ran.statement.text).await?
        } else {
            Vec::new()
        };
        let text: String = driver::fetch_row(conn, HOLDS).await?.try_get(0)?;
        let mut holds: Holds = parse(&text)?;
        if !ran.in_transaction {
            let text: Option<String> = driver::fetch_row(conn, FILES).await?.try_get(0)?;
            holds.files = text.map(|text| parse(&text)).transpose()?;
        }
        let number = self.footprints.len();
        let modes = holds.locks.unwrap_or_default().into_iter();
        let modes = modes.filter_map(|(oid, mode)| Some((oid, LockMode::named(&mode)?)));
        let now: BTreeSet<(i64, LockMode)> = modes.collect();
        self.held.retain(|lock, _| now.contains(lock));
        for lock in now {
            self.held.entry(lock).or_insert(number);
        }
        let over = self.held.is_empty();
        let scans: BTreeMap<i64, i64> = holds.scans.unwrap_or_default().into_iter().collect();
        let before = std::mem::take(&mut self.scans);
        let begun: BTreeSet<i64> = scans
            .iter()
            // The server counts from 0 again where it has reported what it had.
            .filter(|(oid, scans)| match before.get(oid) {
                Some(before) if before <= scans => scans > &before,
                _ => **scans > 0,
            })
            .map(|(oid, _)| *oid)
            .collect();
        self.scans = before;
        self.scans.extend(scans);
        // Between two transactions the server may report what it has counted, and begin again with 0.
        if over && forget_scans(conn).await? {
            self.scans.clear();
        }
        let changed = self.changed(&holds.files.unwrap_or_default(), &begun, ran);
        let of_tables: BTreeSet<i64> =
            begun.iter().copied().filter(|oid| self.is_read(*oid)).collect();
        let of_indexes: BTreeSet<i64> = begun
            .iter()
            .filter(|oid| self.relations.get(**oid).is_some_and(|known| known.table.is_some()))
            .map(|oid| self.relations.table_of(*oid))
            .filter(|oid| self.is_read(*oid) && !of_tables.contains(oid))
            .collect();
        let mut held = self.held();
        if !ran.in_transaction {
            held.extend(changed.iter().filter_map(|oid| self.held_to_rewrite(*oid, number)));
            held.dedup_by(|a, b| a.relation == b.relation);
        }
        let (indexes, tables): (Vec<i64>, Vec<i64>) =
            changed.iter().partition(|oid| self.relations.table_of(**oid) != **oid);
        let rebuilt = indexes.into_iter().map(|oid| self.relations.table_of(oid));
        let rebuilt: BTreeSet<i64> = rebuilt.filter(|table| !changed.contains(table)).collect();
        // In a join, the bound may be what a row of the other part says.
        let reads = reads.into_iter().filter(|read| !read.beyond || read.joined.is_empty());
        let (beyond, whole): (Vec<Full>, Vec<Full>) = reads.partition(|read| read.beyond);
        self.footprints.push(Footprint {
            offset: ran.statement.offset,
            text: ran.statement.text.to_owned(),
            took: ran.took,
            lock_timeout: holds.lock_timeout,
            counts: holds.counts,
            held,
            rewritten: self.of(tables),
            rebuilt: self.of(rebuilt),
            scanned: self.of(of_tables),
            read: whole.iter().filter_map(|read| self.read(read)).collect(),
            beyond: beyond.iter().filter_map(|read| self.read(read)).map(|(one, _)| one).collect(),
            searched: self.of(of_indexes),
        });
        Ok(())
    }

    /// Whether a statement before has taken a lock that others wait for.
    fn others_wait(&self) -> bool {
        let mut held = self.held.keys();
        held.any(|(oid, mode)| mode.blocks().is_some() && self.relations.get(*oid).is_some())
    }

    /// A read of a table from before the version, joined with others from before it only. An index that is not known, or
    /// has only some of the rows, is a way to find them.
    fn read(&self, read: &Full) -> Option<(Relation, Vec<Relation>)> {
        let known = |(schema, name): &(String, String)| {
            let relation = self.relations.exactly(&self.home, schema, name)?;
            self.is_read(relation.0).then(|| relation.1.clone())
        };
        if let Some(index) = &read.index {
            let (oid, _) = self.relations.exactly(&self.home, &read.relation.0, index)?;
            if self.relations.get(oid)?.is_partial {
                return None;
            }
        }
        let joined = read.joined.iter().map(|one| known(one.as_ref()?)).collect::<Option<_>>()?;
        Some((known(&read.relation)?, joined))
    }

    /// Whether a relation from before the version is one that is read as a whole.
    fn is_read(&self, oid: i64) -> bool {
        self.relations.get(oid).is_some_and(|known| {
            known.relation.kind.is_table() || known.relation.kind == RelationKind::MaterializedView
        })
    }

    fn of(&self, oids: impl IntoIterator<Item = i64>) -> Vec<Relation> {
        let mut found: Vec<Relation> = oids
            .into_iter()
            .filter_map(|oid| Some(self.relations.get(oid)?.relation.clone()))
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// What has a new file that was filled from the old one. TRUNCATE makes a new file and fills nothing.
    fn changed(
        &mut self,
        files: &[(i64, i64, i64)],
        begun: &BTreeSet<i64>,
        ran: Ran<'_>,
    ) -> BTreeSet<i64> {
        let mut changed = BTreeSet::new();
        for (oid, file, tablespace) in files {
            let Some(known) = self.relations.get_mut(*oid) else { continue };
            let before = std::mem::replace(&mut known.file, (*file, *tablespace));
            let moved = before.1 != *tablespace;
            let filled = moved
                // Of a statement whose transaction is over, no scan is known.
                || !ran.in_transaction
                || begun.contains(&known.table.unwrap_or(*oid));
            if before != known.file && known.relation.kind != RelationKind::Sequence && filled {
                changed.insert(*oid);
            }
        }
        changed
    }

    /// The lock that a statement must have held to give a relation a new file, where it is released already. (What is
    /// rebuilt with CONCURRENTLY becomes a different relation.)
    fn held_to_rewrite(&self, oid: i64, taken_by: usize) -> Option<Held> {
        let known = self.relations.get(oid)?;
        let table = self.relations.get(self.relations.table_of(oid))?;
        let index = known.table.map(|_| known.relation.clone());
        let (relation, mode) = (table.relation.clone(), LockMode::AccessExclusive);
        Some(Held { relation, mode, index, taken_by })
    }

    fn held(&self) -> Vec<Held> {
        let mut all: Vec<Held> = Vec::new();
        for ((oid, mode), taken_by) in &self.held {
            let Some(known) = self.relations.get(*oid) else { continue };
            let table = self.relations.get(self.relations.table_of(*oid));
            let Some(table) = table else { continue };
            let index = known.table.map(|_| known.relation.clone());
            // Of an index, only the lock counts for which even those wait who plan a query.
            if index.is_some() && *mode != LockMode::AccessExclusive {
                continue;
            }
            let relation = table.relation.clone();
            match all.iter_mut().find(|held| held.relation == relation && held.mode == *mode) {
                Some(same) => {
                    if index.is_none() {
                        same.index = None;
                    }
                    same.taken_by = same.taken_by.min(*taken_by);
                }
                None => all.push(Held { relation, mode: *mode, index, taken_by: *taken_by }),
            }
        }
        all.sort_by(|a, b| (&a.relation, a.mode).cmp(&(&b.relation, b.mode)));
        all
    }
}

impl Watch for Recorder {
    fn after<'a>(
        &'a mut self,
        conn: &'a mut PgConnection,
        ran: Ran<'a>,
    ) -> BoxFuture<'a, driver::Result<()>> {
        Box::pin(self.record(conn, ran))
    }
}

/// Has the server report the scans that it has counted for a session, so that it counts from 0. `false` where it reports
/// them only when it likes to, as before PostgreSQL 15. Takes effect between two transactions.
pub(in crate::stage) async fn forget_scans(conn: &mut PgConnection) -> driver::Result<bool> {
    if conn.server_version_num().is_none_or(|version| version < 150_000) {
        return Ok(false);
    }
    driver::execute(conn, "SELECT pg_catalog.pg_stat_force_next_flush()").await?;
    Ok(true)
}

//! The catalog of one database, kept true from step to step.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use sqlx::postgres::types::Oid;
use sqlx::{Connection as _, PgConnection};

use super::super::assemble::{Index, Root};
use super::super::query::Arms;
use super::super::read::{Surroundings, pin, read_whole};
use super::super::{Catalog, CatalogError, Kind, Object, ObjectId, ReadOptions, Scope};
use super::again::{Come, DEPENDENTS, NAMESAKES, Statements, needed};
use super::counts::{Column, Columns, Counter, NEWER_COLUMNS, Since, Tally, Written};
use super::journal::{Change, Journal, of};
use super::scan::{SOURCES, Seen, gone, scan, source, statement};

/// Reads the catalog of a database after each step, at a cost that follows from what the step changed.
///
/// Equal at every moment to what [`Catalog::read`] would read: a property test holds it to that.
#[derive(Debug)]
pub struct Tracker {
    conn: PgConnection,
    options: ReadOptions,
    surroundings: Surroundings,
    catalog: Catalog,
    index: Index,
    journal: Journal,
    statements: Statements,
    scan: Arc<str>,
    horizon: String,
    /// The first transaction that had not begun at the last look.
    next: String,
    /// Objects of the system whose comments are read.
    system: Vec<Oid>,
    /// For each source, its rows: what each hangs on.
    rows: Vec<HashMap<i64, i64>>,
    /// The rows that are new since [`Tracker::begin`].
    fresh: Vec<Vec<i64>>,
    /// The sum over the catalogs without a source.
    others: String,
    /// The highest number that a row of the sources bears.
    highest: i64,
    /// What the server counts, where it counts exactly.
    counter: Option<Counter>,
    /// The catalog was given by somebody else, so that the rest does not fit it.
    given: bool,
}

/// A statement that reads single roots is planned once, in a database that holds nothing yet. Left to itself, the
/// planner would read all of every catalog, for ever.
const FEW: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

/// For statements that read all there is.
const MANY: &str = "SET enable_seqscan = on; SET enable_hashjoin = on; SET enable_mergejoin = on";

/// The roots that are to be read again.
#[derive(Debug, Default)]
struct Stale {
    relations: BTreeSet<u32>,
    types: BTreeSet<u32>,
    routines: BTreeSet<u32>,
    /// Roots among them that are known to be gone, so that there is nothing to read.
    gone: BTreeSet<Root>,
    /// The sorts of the newer rows of `pg_class`, `pg_type` and `pg_proc`, a letter each.
    letters: [String; 3],
    /// Nothing less than everything will do.
    everything: bool,
}

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
        pin(&mut conn, &options.home, "SET").await?;
        let mut index = Index::default();
        let (catalog, surroundings) = read_whole(&mut conn, &options, &mut index).await?;
        let system: Vec<Oid> = sqlx::query_scalar(
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
            horizon: String::new(),
            next: String::new(),
            system,
            rows: Vec::new(),
            fresh: Vec::new(),
            others: String::new(),
            highest: 0,
            counter: None,
            given: false,
        };
        tracker.count_all().await?;
        tracker.plan(FEW).await?;
        Ok(tracker)
    }

    /// The catalog as it was at the last look.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Calls the last look moment 0. The looks that follow are moments 1, 2, ….
    pub fn begin(&mut self) {
        self.journal = Journal::default();
        self.fresh = vec![Vec::new(); SOURCES.len()];
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
    /// As [`Catalog::read`]; the tracker is then good for nothing any more.
    pub async fn look(&mut self) -> Result<(), CatalogError> {
        if let Some(counter) = &mut self.counter {
            // For the next look; whatever is written from here on is seen again then.
            counter.written(&mut self.conn).await?;
        }
        self.look_everywhere(Stale::default()).await
    }

    /// Looks at what has changed since the last look, at a cost that follows from how much was written. What is
    /// promised is that every session that has written since then has called `pg_stat_force_next_flush()` after that,
    /// with `track_counts` on all the time. Where the server does not count exactly (before PostgreSQL 15), and where
    /// the counts do not add up, this is [`look`](Self::look). `script` is what has run, as a hint.
    ///
    /// # Errors
    ///
    /// As [`look`](Self::look).
    pub async fn look_by_counts(&mut self, script: &str) -> Result<(), CatalogError> {
        let written = match &mut self.counter {
            Some(counter) => counter.written(&mut self.conn).await?,
            None => None,
        };
        let mut stale = Stale::default();
        if let Some(written) = written.filter(|w| !w.others() && self.is_true())
            && self.account_by_counts(&written, script, &mut stale).await?
            && !stale.everything
        {
            return match self.read_again(stale, Some(&written)).await? {
                Some(change) => {
                    self.journal.0.push(change);
                    Ok(())
                }
                None => self.look_at_everything().await,
            };
        }
        self.look_everywhere(stale).await
    }

    /// Whether what is known is what was there at the last look, so that changes can be added to it.
    fn is_true(&self) -> bool {
        !self.given && self.catalog.not_compared.is_empty()
    }

    /// Looks for what has changed in all catalogs. `stale` are roots of which that is known already.
    async fn look_everywhere(&mut self, mut stale: Stale) -> Result<(), CatalogError> {
        if !self.is_true() {
            return self.look_at_everything().await;
        }
        let seen = self.scan(Some(self.horizon.clone())).await?;
        if seen.others_newer || seen.others != self.others {
            stale.everything = true;
        } else {
            self.account(&seen, &mut stale).await?;
        }
        if !stale.everything {
            (self.horizon, self.next) = (seen.horizon, seen.next);
            if let Some(change) = self.read_again(stale, None).await? {
                self.journal.0.push(change);
                return Ok(());
            }
        }
        self.look_at_everything().await
    }

    /// Takes a catalog that was read elsewhere as what is there now: over the connection of a migration that has left
    /// a transaction open, say.
    pub fn take(&mut self, catalog: Catalog) {
        let change = compare(&self.catalog, &catalog);
        self.journal.0.push(change);
        self.index = Index::of(&catalog);
        self.catalog = catalog;
        self.given = true;
    }

    /// Ends the connection. What goes wrong with that is of no consequence: nothing was written over it.
    pub async fn close(self) {
        drop(self.conn.close().await);
    }

    async fn scan(&mut self, horizon: Option<String>) -> Result<Seen, CatalogError> {
        let home = &self.options.home;
        scan(&mut self.conn, &self.scan, horizon.as_deref(), &self.system, home).await
    }

    /// Tells the planner what the next statements are after.
    async fn plan(&mut self, settings: &'static str) -> Result<(), CatalogError> {
        sqlx::raw_sql(settings).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Learns all rows anew.
    async fn count_all(&mut self) -> Result<(), CatalogError> {
        self.counter = Counter::start(&mut self.conn, self.surroundings.version).await?;
        let seen = self.scan(None).await?;
        (self.horizon, self.next) = (seen.horizon, seen.next);
        self.others = seen.others;
        self.highest = 0;
        for (source, rows) in SOURCES.iter().zip(&seen.rows) {
            if source.number.is_some() {
                let keys = rows.newer.iter().map(|(key, _)| *key);
                self.highest = keys.fold(self.highest, i64::max);
            }
        }
        self.rows = seen.rows.into_iter().map(|rows| rows.newer.into_iter().collect()).collect();
        self.fresh.resize(SOURCES.len(), Vec::new());
        Ok(())
    }

    async fn look_at_everything(&mut self) -> Result<(), CatalogError> {
        // Before the catalog is read: what changes meanwhile is found at the next look.
        self.count_all().await?;
        self.plan(MANY).await?;
        self.given = false;
        self.index = Index::default();
        let (catalog, surroundings) =
            read_whole(&mut self.conn, &self.options, &mut self.index).await?;
        if surroundings.rare != self.surroundings.rare {
            self.statements = Statements::default();
        }
        self.surroundings = surroundings;
        self.plan(FEW).await?;
        self.journal.0.push(compare(&self.catalog, &catalog));
        self.catalog = catalog;
        Ok(())
    }

    /// What the newer rows, and those that are gone, hang on.
    async fn account(&mut self, seen: &Seen, stale: &mut Stale) -> Result<(), CatalogError> {
        for (number, rows) in seen.rows.iter().enumerate() {
            self.learn(number, &rows.newer);
        }
        self.mark_newer(seen.rows.iter().map(|rows| &rows.newer), &seen.attributes, stale);
        // In the opposite order, so that what a row hangs on is still known.
        for (number, rows) in seen.rows.iter().enumerate().rev() {
            if self.rows[number].len() == rows.count {
                continue;
            }
            let mut lost = gone(&mut self.conn, number, &self.fresh[number]).await?;
            if self.rows[number].len() - lost.len() != rows.count {
                let all: Vec<i64> = self.rows[number].keys().copied().collect();
                lost = gone(&mut self.conn, number, &all).await?;
            }
            self.lose(number, &lost, stale);
            if self.rows[number].len() != rows.count {
                stale.everything = true;
            }
        }
        Ok(())
    }

    /// As [`account`](Self::account), of what was written by the server's own counts. `false` when that does not add up.
    async fn account_by_counts(
        &mut self,
        written: &Written,
        script: &str,
        stale: &mut Stale,
    ) -> Result<bool, CatalogError> {
        let named = self.named(script);
        let Some(counter) = self.counter.as_mut().filter(|_| !written.nothing()) else {
            return Ok(written.nothing());
        };
        let since = Since {
            horizon: &self.horizon,
            next: &self.next,
            system: &self.system,
            highest: self.highest,
        };
        let found = counter.scan(&mut self.conn, written, since, &self.fresh, &named).await?;
        let Some(found) = found else { return Ok(false) };
        let expected: Vec<i64> = (0..SOURCES.len())
            .map(|number| count(self.rows[number].len()) + written.source(number).growth())
            .collect();
        // The relations of the defaults that came or went.
        let attrdef = source("pg_attrdef");
        let come = found.parts[attrdef].newer.iter();
        let come = come.filter(|(key, _)| !self.rows[attrdef].contains_key(key));
        let mut defaults: Vec<u32> =
            come.filter_map(|(_, root)| u32::try_from(*root).ok()).collect();
        for (number, part) in found.parts.iter().enumerate() {
            self.learn(number, &part.newer);
        }
        self.mark_newer(found.parts.iter().map(|part| &part.newer), &[], stale);
        for (number, part) in found.parts.iter().enumerate().rev() {
            let mut lost = part.lost.clone();
            let left = count(self.rows[number].len()) - count(lost.len());
            if written.source(number).deleted > 0 && left != expected[number] {
                // Of those that were there before the version.
                let all: Vec<i64> = self.rows[number].keys().copied().collect();
                lost = gone(&mut self.conn, number, &all).await?;
            }
            if number == attrdef {
                let of =
                    |key| self.rows[number].get(key).and_then(|root| u32::try_from(*root).ok());
                defaults.extend(lost.iter().filter_map(of));
            }
            self.lose(number, &lost, stale);
        }
        if self.rows.iter().zip(expected).any(|(rows, n)| count(rows.len()) != n) {
            return Ok(false);
        }
        let known = self.columns_of(&found.columns, written.columns(), &defaults);
        let relations = if let Some(relations) = known {
            relations
        } else {
            let question = sqlx::query_scalar(NEWER_COLUMNS).bind(&self.horizon);
            let oids: Vec<Oid> = question.fetch_all(&mut self.conn).await?;
            oids.into_iter().map(|oid| oid.0).collect()
        };
        for relation in relations {
            self.mark_relation(relation, stale);
        }
        let sorted = ["pg_class", "pg_type", "pg_proc"];
        for (letters, class) in stale.letters.iter_mut().zip(sorted) {
            letters.clone_from(&found.parts[source(class)].letters);
        }
        self.horizon = found.horizon;
        self.next = found.next;
        Ok(true)
    }

    /// The relations whose columns were written, if those that were found are all that the tally counts.
    ///
    /// In PostgreSQL up to 18, a column that came was inserted. One that was there before was updated at least once when
    /// its row is newer; one whose default came or went was updated for that (`StoreAttrDefault`,
    /// `RemoveAttrDefaultById`), and once more when it was dropped too, or when older rows were given a value. When the
    /// sums are those of the tally, there can be no others. `defaults` has the relation of each default that came or
    /// went.
    fn columns_of(
        &self,
        columns: &Columns,
        tally: Tally,
        defaults: &[u32],
    ) -> Option<BTreeSet<u32>> {
        let there = |c: &&Column| self.index.has_column(c.relation, i32::from(c.number));
        let (before, come): (Vec<_>, Vec<_>) = columns.named.iter().partition(there);
        let filled = come.iter().filter(|column| column.missing);
        let updated = before.iter().filter(|c| c.dropped || !defaults.contains(&c.relation));
        let inserted = columns.of_added + count(come.len());
        let updated = count(updated.count() + filled.count() + defaults.len());
        // In a schema, others write the same catalogs meanwhile.
        let alone = self.options.scope == Scope::Database;
        let known = self.surroundings.version < 190_000;
        (alone && known && tally.inserted == inserted && tally.updated == updated).then(|| {
            let named = columns.named.iter().map(|column| column.relation);
            columns.added.iter().copied().chain(named).chain(defaults.iter().copied()).collect()
        })
    }

    /// The relations that a script may name. Those that it changes otherwise are found too, only not as fast.
    fn named(&self, script: &str) -> Vec<Oid> {
        let words: HashSet<&str> =
            script.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        Kind::ALL
            .iter()
            .filter(|kind| kind.is_relation())
            .flat_map(|kind| self.catalog.of_kind(*kind))
            .filter(|(id, _)| words.contains(id.name.as_str()))
            .filter_map(|(_, object)| Some(Oid(object.address?.root)))
            .collect()
    }

    /// Learns of newer rows of a source.
    fn learn(&mut self, number: usize, newer: &[(i64, i64)]) {
        for (key, root) in newer {
            if self.rows[number].insert(*key, *root).is_none() {
                self.fresh[number].push(*key);
            }
            if SOURCES[number].number.is_some() {
                self.highest = self.highest.max(*key);
            }
        }
    }

    /// Marks what newer rows hang on; all of them have been learnt.
    fn mark_newer<'a>(
        &self,
        newer: impl Iterator<Item = &'a Vec<(i64, i64)>>,
        attributes: &[u32],
        stale: &mut Stale,
    ) {
        for relation in attributes {
            self.mark_relation(*relation, stale);
        }
        for (number, rows) in newer.enumerate() {
            for (key, root) in rows {
                self.mark((number, *key, *root), true, stale);
            }
        }
    }

    /// Marks what lost rows hung on, and forgets them.
    fn lose(&mut self, number: usize, lost: &[i64], stale: &mut Stale) {
        for key in lost {
            let root = self.rows[number].get(key).copied().unwrap_or_default();
            self.mark((number, *key, root), false, stale);
            stale.gone.extend(u32::try_from(*key).map(|oid| (SOURCES[number].class, oid)));
        }
        for key in lost {
            self.rows[number].remove(key);
        }
        if !lost.is_empty() {
            self.fresh[number].retain(|key| !lost.contains(key));
        }
    }

    /// Marks what a row hangs on.
    fn mark(&self, (number, key, root): (usize, i64, i64), there: bool, stale: &mut Stale) {
        match SOURCES[number].class {
            "pg_proc" => stale.routines.extend(u32::try_from(key)),
            "pg_class" | "pg_sequence" => {
                if let Ok(oid) = u32::try_from(key) {
                    self.mark_relation(oid, stale);
                }
            }
            "pg_description" => {
                let (object, class) = (key >> 32, (key >> 16) & 0xffff);
                let named = match class {
                    1259 => Some((source("pg_class"), object)),
                    1247 => Some((source("pg_type"), object)),
                    1255 => Some((source("pg_proc"), object)),
                    2606 => Some((source("pg_constraint"), object)),
                    2620 => Some((source("pg_trigger"), object)),
                    2618 => Some((source("pg_rewrite"), object)),
                    3256 => Some((source("pg_policy"), object)),
                    _ => None,
                };
                match named.and_then(|(n, key)| Some((n, key, *self.rows[n].get(&key)?))) {
                    Some(commented) => self.mark(commented, there, stale),
                    // It went with its object, which is marked by its own row.
                    None if named.is_some() && !there => {}
                    None => stale.everything = true,
                }
            }
            _ => match u32::try_from(root.unsigned_abs()) {
                Ok(0) | Err(_) => {}
                Ok(oid) if root > 0 => self.mark_relation(oid, stale),
                Ok(oid) => {
                    stale.types.insert(oid);
                }
            },
        }
    }

    /// Marks the relation that a row of `pg_class` hangs on: an index on its table, the sequence of an identity on its
    /// table, what is in `pg_toast` on nothing.
    fn mark_relation(&self, oid: u32, stale: &mut Stale) {
        let table = self.rows[source("pg_index")].get(&i64::from(oid));
        let relation = match table.and_then(|root| u32::try_from(*root).ok()) {
            Some(table) => table,
            None => self.root_of(oid).unwrap_or(oid),
        };
        if self.rows[source("pg_class")].get(&i64::from(relation)) != Some(&0) {
            stale.relations.insert(relation);
        }
    }

    fn root_of(&self, oid: u32) -> Option<u32> {
        let id = self.index.at(("pg_class", oid, 0))?;
        Some(self.catalog.get(id)?.address?.root)
    }

    /// Reads these roots again; `written` tells what cannot have come to them. `None` when that does not do.
    async fn read_again(
        &mut self,
        stale: Stale,
        written: Option<&Written>,
    ) -> Result<Option<Change>, CatalogError> {
        let mut change = Change::new();
        let Stale {
            relations, types, routines, gone, letters: [relkinds, typtypes, prokinds], ..
        } = stale;
        for (class, roots, letters) in [
            ("pg_type", types, typtypes),
            ("pg_proc", routines, prokinds),
            ("pg_class", relations, relkinds),
        ] {
            let come = written.map(|written| Come { letters: &letters, written });
            if !roots.is_empty()
                && !self.read_roots((class, roots), &gone, come, &mut change).await?
            {
                self.put_back(change);
                return Ok(None);
            }
        }
        Ok(Some(change))
    }

    /// Puts back what was there before.
    fn put_back(&mut self, change: Change) {
        let added: Vec<ObjectId> = change
            .keys()
            .flat_map(|root| self.index.members(*root).map(|(_, id)| id.clone()))
            .collect();
        for id in added {
            self.catalog.objects.remove(&id);
        }
        self.catalog.objects.extend(change.into_values().flatten());
    }

    /// Reads some roots of one catalog again. `false` when texts elsewhere may have changed with them.
    async fn read_roots(
        &mut self,
        (class, roots): (&'static str, BTreeSet<u32>),
        gone: &BTreeSet<Root>,
        come: Option<Come<'_>>,
        change: &mut Change,
    ) -> Result<bool, CatalogError> {
        let mut next = roots;
        let mut done = BTreeSet::new();
        while !next.is_empty() {
            let mut places = HashMap::new();
            let mut before = Change::new();
            for oid in &next {
                let root = (class, *oid);
                places.extend(self.index.members(root).map(|(place, id)| (place, id.clone())));
                before.insert(root, of(&self.catalog, &self.index, root));
            }
            for (root, members) in &before {
                self.index.forget(*root);
                for (id, _) in members {
                    self.catalog.objects.remove(id);
                }
            }
            let arms = match come {
                Some(come) => needed(class, before.values().flatten(), come),
                None => Arms::of(class),
            };
            let there: Vec<Oid> = next
                .iter()
                .filter(|oid| !gone.contains(&(class, **oid)))
                .map(|oid| Oid(*oid))
                .collect();
            let (conn, options) = (&mut self.conn, &self.options);
            let index = &mut self.index;
            let part = self
                .statements
                .read(conn, (arms, &there), &self.surroundings, options, index)
                .await?;
            let clear = part.not_compared.is_empty();
            self.catalog.objects.extend(part.objects);
            let renamed = before.keys().any(|root| {
                self.index
                    .members(*root)
                    .any(|(place, id)| places.get(&place).is_some_and(|old| old != id))
            });
            let relabelled = class == "pg_type"
                && before.values().flatten().any(|(id, old)| relabelled(old, self.catalog.get(id)));
            let overloaded = class == "pg_proc" && self.overloaded(&before).await?;
            let shapes = if class == "pg_class" { self.reshaped(&before) } else { Vec::new() };
            done.append(&mut next);
            change.extend(before);
            if !clear || renamed || relabelled || overloaded {
                return Ok(false);
            }
            if !shapes.is_empty() {
                let dependents: Vec<Oid> =
                    sqlx::query_scalar(DEPENDENTS).bind(shapes).fetch_all(&mut self.conn).await?;
                if dependents.iter().any(|oid| oid.0 == 0) {
                    return Ok(false);
                }
                next = dependents.into_iter().map(|oid| oid.0).collect();
                next.retain(|oid| !done.contains(oid));
            }
        }
        Ok(true)
    }

    /// Whether other routines share a name with those that changed.
    async fn overloaded(&mut self, before: &Change) -> Result<bool, CatalogError> {
        let mut names: BTreeMap<String, BTreeSet<&ObjectId>> = BTreeMap::new();
        let now = before.keys().flat_map(|root| self.index.members(*root).map(|(_, id)| id));
        for id in before.values().flatten().map(|(id, _)| id).chain(now) {
            if id.name.matches('(').count() != 1 {
                return Ok(true);
            }
            let name = id.name.split('(').next().unwrap_or_default().to_owned();
            names.entry(name).or_default().insert(id);
        }
        if names.values().any(|ids| ids.len() > 1) {
            return Ok(true);
        }
        let names: Vec<String> = names.into_keys().collect();
        let oids: Vec<Oid> = before.keys().map(|(_, oid)| Oid(*oid)).collect();
        let question = sqlx::query_scalar(NAMESAKES).bind(names).bind(oids);
        Ok(question.fetch_one(&mut self.conn).await?)
    }

    /// The relations that were there before and have other columns now.
    fn reshaped(&self, before: &Change) -> Vec<Oid> {
        let columns = |ids: &mut dyn Iterator<Item = &ObjectId>| -> BTreeSet<String> {
            ids.filter(|id| id.kind.is_column()).map(|id| id.name.clone()).collect()
        };
        before
            .iter()
            .filter(|(root, members)| {
                let now = columns(&mut self.index.members(**root).map(|(_, id)| id));
                !members.is_empty() && columns(&mut members.iter().map(|(id, _)| id)) != now
            })
            .map(|((_, oid), _)| Oid(*oid))
            .collect()
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Whether labels of an enum are gone: texts that hold them have others now.
fn relabelled(old: &Object, new: Option<&Object>) -> bool {
    new.is_some_and(|new| {
        let labels = new.list("labels");
        old.list("labels").iter().any(|label| !labels.contains(label))
    })
}

/// What changed between two whole catalogs.
fn compare(before: &Catalog, after: &Catalog) -> Change {
    let (old, new) = (by_root(before), by_root(after));
    let roots: BTreeSet<Root> = old.keys().chain(new.keys()).copied().collect();
    let cloned = |(id, object): &(&ObjectId, &Object)| ((*id).clone(), (*object).clone());
    roots
        .into_iter()
        .filter(|root| old.get(root) != new.get(root))
        .map(|root| {
            (root, old.get(&root).map(|all| all.iter().map(cloned).collect()).unwrap_or_default())
        })
        .collect()
}

fn by_root(catalog: &Catalog) -> BTreeMap<Root, Vec<(&ObjectId, &Object)>> {
    let mut roots: BTreeMap<Root, Vec<(&ObjectId, &Object)>> = BTreeMap::new();
    for (id, object) in &catalog.objects {
        let address = object.address.unwrap_or_default();
        roots.entry((address.root_class, address.root)).or_default().push((id, object));
    }
    roots
}

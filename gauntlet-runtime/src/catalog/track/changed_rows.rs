//! From rows of the catalogs to the roots that have to be read again.

use std::collections::HashSet;
use std::ops::Range;

use super::counts::{Column, NEWER_COLUMNS, Since, Tally, Written};
use super::scan::{SOURCES, Seen, all, gone, source, xid};
use super::stale::Stale;
use super::tracker::Tracker;
use crate::catalog::ordered::Set;
use crate::catalog::{CatalogError, Scope};
use crate::driver::{self, Oid};
use crate::sql::SqlText;

impl Tracker {
    /// What the newer rows, and those that are gone, hang on.
    pub(super) async fn account(
        &mut self,
        seen: &Seen,
        stale: &mut Stale,
    ) -> Result<(), CatalogError> {
        for (number, rows) in seen.rows.iter().enumerate() {
            self.learn(number, &rows.newer);
        }
        self.mark_newer(seen.rows.iter().map(|rows| &rows.newer), &seen.attributes, stale);
        // In the opposite order, so that what a row hangs on is still known.
        for (number, rows) in seen.rows.iter().enumerate().rev() {
            if self.rows[number].len() == rows.count {
                continue;
            }
            let fresh = gone(&mut self.conn, number, &self.fresh[number]).await?;
            let missing = count(self.rows[number].len()) - count(rows.count);
            let lost = self.lost(number, fresh, missing).await?;
            self.lose(number, &lost, stale);
            if self.rows[number].len() != rows.count {
                stale.everything = true;
            }
        }
        Ok(())
    }

    /// As [`account`](Self::account), of what was written by the server's own counts. `false` when that does not add up.
    pub(super) async fn account_by_counts(
        &mut self,
        written: &Written,
        script: &SqlText,
        stale: &mut Stale,
    ) -> Result<bool, CatalogError> {
        let named = self.named(script);
        let Some(counter) = self.counter.as_mut().filter(|_| !written.nothing()) else {
            return Ok(written.nothing());
        };
        let since = Since {
            horizon: self.horizon,
            next: self.next,
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
            // The sum says nothing of a row that is gone: one that was inserted and rolled back, maybe by a neighbour, makes
            // up for it.
            let deleted = written.source(number).deleted;
            let lost = self.lost(number, part.lost.clone(), deleted).await?;
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
            let question = driver::query_scalar(NEWER_COLUMNS).bind(xid(self.horizon));
            let oids: Vec<Oid> = question.fetch_all(&mut self.conn).await?;
            oids.into_iter().map(|oid| oid.0).collect()
        };
        for relation in relations {
            self.mark_relation(relation, stale);
        }
        self.horizon = found.horizon;
        self.next = found.next;
        Ok(true)
    }

    /// The relations whose columns were written and whose own rows may not have been, if those that were found are all
    /// that the tally counts.
    ///
    /// In PostgreSQL up to 18, a column comes with the row of its relation, or with a new count of columns there. One
    /// that was there before was updated at least once when its row is newer; one whose default came or went was
    /// updated for that (`StoreAttrDefault`, `RemoveAttrDefaultById`), and once more when it was dropped too, or when
    /// older rows were given a value. When the sum is that of the tally, there can be no others. `defaults` has the
    /// relation of each default that came or went.
    fn columns_of(&self, columns: &[Column], tally: Tally, defaults: &[u32]) -> Option<Set<u32>> {
        let there = |c: &&Column| self.index.column(c.relation, c.number).is_some();
        let (before, come): (Vec<_>, Vec<_>) = columns.iter().partition(there);
        let filled = come.iter().filter(|column| column.missing);
        let updated = before.iter().filter(|c| c.dropped || !defaults.contains(&c.relation));
        let updated = count(updated.count() + filled.count() + defaults.len());
        let alone = self.is_alone();
        let known = self.surroundings.version < 190_000;
        (alone && known && tally.updated == updated).then(|| {
            let written = columns.iter().map(|column| column.relation);
            written.chain(defaults.iter().copied()).collect()
        })
    }

    /// The relations that a script may name. Those that it changes otherwise are found too, only not as fast.
    fn named(&self, script: &SqlText) -> Vec<Oid> {
        let words = script.fact(Words::of);
        let words = words.0.iter().map(|word| &script[word.clone()]);
        words.flat_map(|word| self.index.relations(word)).copied().map(Oid).collect()
    }

    /// Returns true if nobody else writes the same catalogs: in a schema, others do at any moment.
    fn is_alone(&self) -> bool {
        self.options.scope == Scope::Database
    }

    /// The rows of a source that are gone: the fresh ones, if so many were deleted as are gone of them. A neighbour's row
    /// may be among them whose deletion is not reported yet, or came after the rows were counted; then one of those that were
    /// there before the version is gone unseen.
    async fn lost(
        &mut self,
        number: usize,
        fresh: Vec<i64>,
        deleted: i64,
    ) -> Result<Vec<i64>, CatalogError> {
        let is_all = deleted == count(fresh.len()) && (deleted == 0 || self.is_alone());
        if is_all { Ok(fresh) } else { self.gone_of_all(number).await }
    }

    /// All known rows of a source that are gone.
    async fn gone_of_all(&mut self, number: usize) -> Result<Vec<i64>, CatalogError> {
        let there: HashSet<i64> =
            all(&mut self.conn, number, &self.system).await?.into_iter().collect();
        Ok(self.rows[number].keys().copied().filter(|key| !there.contains(key)).collect())
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
        let own = matches!(SOURCES[number].class, "pg_class" | "pg_proc" | "pg_type");
        if own && there && u32::try_from(key).is_ok_and(|oid| self.members.contains(&oid)) {
            stale.everything = true;
        }
        match SOURCES[number].class {
            "pg_proc" => stale.routines.extend(u32::try_from(key)),
            "pg_class" | "pg_sequence" => {
                if let Ok(oid) = u32::try_from(key) {
                    self.mark_relation(oid, stale);
                }
            }
            "pg_description" => {
                let (object, class) = (key >> 32, (key >> 16) & 0xffff);
                if there {
                    stale.described.extend(u32::try_from(object));
                }
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
    pub(super) fn mark_relation(&self, oid: u32, stale: &mut Stale) {
        if self.members.contains(&oid) {
            stale.everything = true;
        }
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
}

/// The different words of a script, in any order, by their places: so many of them that a script of statements has no more. One
/// full of rows may.
struct Words(Vec<Range<usize>>);

impl Words {
    const MOST: usize = 20_000;
    /// The longest name.
    const LONGEST: usize = 63;
    /// Rows repeat a few words over and over.
    const RECENT: usize = 1024;

    fn of(script: &str) -> Words {
        let bytes = script.as_bytes();
        let mut words = Vec::new();
        let mut recent = vec![0..0; Words::RECENT];
        let mut at = 0;
        while at < bytes.len() && words.len() < Words::MOST {
            let start = at;
            let mut hash: usize = 5381;
            while at < bytes.len()
                && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || !bytes[at].is_ascii())
            {
                hash = hash.wrapping_mul(33) ^ bytes[at] as usize;
                at += 1;
            }
            if at == start {
                at += 1;
                continue;
            }
            if at - start <= Words::LONGEST && !bytes[start].is_ascii_digit() {
                let seen = &mut recent[hash % Words::RECENT];
                if script[seen.clone()] != script[start..at] {
                    *seen = start..at;
                    words.push(start..at);
                }
            }
        }
        words.sort_by(|a, b| script[a.clone()].cmp(&script[b.clone()]));
        words.dedup_by(|a, b| script[a.clone()] == script[b.clone()]);
        Words(words)
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_once() {
        let script =
            "CREATE TABLE \"Odd One\" (a int); -- größe\nINSERT INTO a.b_1 SELECT 1, 'a', b_1";
        let found = Words::of(script).0.into_iter().map(|word| &script[word]).collect::<Vec<_>>();
        let expected = [
            "CREATE", "INSERT", "INTO", "Odd", "One", "SELECT", "TABLE", "a", "b_1", "größe", "int",
        ];
        assert_eq!(found, expected);
    }
}

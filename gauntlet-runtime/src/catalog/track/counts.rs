//! The server's own count of rows written to each catalog, and a scan of only the catalogs that were written.
//!
//! Since PostgreSQL 15 these counts are exact as soon as the session that wrote has reported them
//! (`pg_stat_force_next_flush`). They count what was rolled back too, so they say what may have changed, never what has not.

use std::collections::HashMap;
use std::sync::Arc;

use super::scan::{SOURCES, Source, lost, only_updates_count, watched_catalogs, xid};
use crate::catalog::CatalogError;
use crate::driver::{self, Oid, PgConnection, Row as _};

/// Has no source: columns come and go with their relation, or are written again.
const COLUMNS: &str = "pg_attribute";

/// Written by nearly every statement; what counts of it is asked each time.
const DEPENDENCIES: &str = "pg_depend";

/// The roles: one that comes or goes is mentioned nowhere, one that is written again may have another name.
const ROLES: &str = "pg_authid";

/// Extensions whose functions write over connections of their own, which report when they like.
const ELSEWHERE: &str = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = ANY (ARRAY['dblink', 'postgres_fdw', \
    'pg_background', 'pg_cron', 'plpython3u', 'plperlu', 'pltclu']))";

/// Rows inserted, updated and deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) inserted: i64,
    pub(super) updated: i64,
    pub(super) deleted: i64,
}

impl Tally {
    /// By how many rows a catalog has grown.
    pub(super) fn growth(self) -> i64 {
        self.inserted - self.deleted
    }

    pub(super) fn any(self) -> bool {
        self != Self::default()
    }
}

/// The rows written since the last look: one tally for each source, then columns, dependencies, roles, and all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written(Vec<Tally>);

impl Written {
    pub(super) fn source(&self, number: usize) -> Tally {
        self.0[number]
    }

    pub(super) fn columns(&self) -> Tally {
        self.0[SOURCES.len()]
    }

    /// Returns true if a catalog was written that has no source, so that texts anywhere may have changed.
    pub(super) fn others(&self) -> bool {
        let others = &self.0[SOURCES.len() + 2..];
        others[0].updated > 0 || others[1..].iter().any(|tally| tally.any())
    }

    /// Returns true if roles may have come or gone.
    pub(super) fn roles(&self) -> bool {
        self.0[SOURCES.len() + 2].any()
    }

    pub(super) fn nothing(&self) -> bool {
        !self.0.iter().any(|tally| tally.any())
    }
}

/// Asks for the counts.
#[derive(Debug)]
pub(super) struct Counter {
    /// See [`Tracker::question`](super::Tracker::question).
    pub(super) question: Arc<str>,
    last: Vec<Tally>,
    /// The places in it where only updates count.
    updates: Vec<usize>,
    /// The number of objects that belong to extensions or depend on them.
    members: i64,
    scans: HashMap<Vec<How>, Arc<str>>,
}

/// The objects that belong to an extension or depend on one.
const OF_EXTENSIONS: &str = "refclassid = 'pg_extension'::regclass";

/// Rows inserted, updated and deleted, by all sessions that have reported, and by the one that asks also if it has not.
fn question(catalogs: &[Oid]) -> String {
    let written = |what| {
        format!(
            "pg_catalog.pg_stat_get_tuples_{what}(c) + pg_catalog.pg_stat_get_xact_tuples_{what}(c)"
        )
    };
    let catalogs: Vec<String> = catalogs.iter().map(|catalog| catalog.0.to_string()).collect();
    format!(
        "ARRAY(SELECT pg_catalog.unnest(ARRAY[{}, {}, {}]) FROM pg_catalog.unnest('{{{}}}'::pg_catalog.oid[]) c)",
        written("inserted"),
        written("updated"),
        written("deleted"),
        catalogs.join(", ")
    )
}

fn tallies(counts: &[i64]) -> Vec<Tally> {
    let tally =
        |counts: &[i64]| Tally { inserted: counts[0], updated: counts[1], deleted: counts[2] };
    counts.chunks_exact(3).map(tally).collect()
}

impl Counter {
    /// `None` where the counts are not to be relied on.
    pub(super) async fn start(
        conn: &mut PgConnection,
        version: u32,
    ) -> Result<Option<Counter>, CatalogError> {
        if version < 150_000 || driver::query_scalar(ELSEWHERE).fetch_one(&mut *conn).await? {
            return Ok(None);
        }
        let sources = SOURCES.iter().map(|source| source.class);
        let names: Vec<&str> = sources
            .chain([COLUMNS, DEPENDENCIES, ROLES])
            .chain(
                watched_catalogs().into_iter().filter(|name| ![DEPENDENCIES, ROLES].contains(name)),
            )
            .collect();
        let updates = (0..names.len()).filter(|n| only_updates_count(names[*n])).collect();
        let catalogs: Vec<Oid> =
            driver::query_scalar("SELECT n::regclass::oid FROM unnest($1::text[]) n")
                .bind(names)
                .fetch_all(&mut *conn)
                .await?;
        let question = question(&catalogs).into();
        let mut counter =
            Counter { question, last: Vec::new(), updates, members: 0, scans: HashMap::new() };
        counter.last = tallies(&counter.ask(conn).await?);
        let members = format!("SELECT count(*) FROM {DEPENDENCIES} WHERE {OF_EXTENSIONS}");
        counter.members = driver::query_scalar(&members).fetch_one(conn).await?;
        Ok(Some(counter))
    }

    /// Asks over a connection that has written nothing.
    pub(super) async fn ask(&self, conn: &mut PgConnection) -> Result<Vec<i64>, CatalogError> {
        let question = format!("SELECT {}", self.question);
        Ok(driver::query_scalar(&question).fetch_one(conn).await?)
    }

    /// What was written from the last answer to this one; `None` when somebody has set the counts back, or when it is no
    /// answer to the question.
    pub(super) fn written(&mut self, counts: &[i64]) -> Option<Written> {
        let before = std::mem::replace(&mut self.last, tallies(counts));
        if before.len() != self.last.len() {
            return None;
        }
        let since = |(now, before): (&Tally, Tally)| Tally {
            inserted: now.inserted - before.inserted,
            updated: now.updated - before.updated,
            deleted: now.deleted - before.deleted,
        };
        let mut tallies: Vec<Tally> = self.last.iter().zip(before).map(since).collect();
        for place in &self.updates {
            (tallies[*place].inserted, tallies[*place].deleted) = (0, 0);
        }
        let backwards = |t: &Tally| t.inserted < 0 || t.updated < 0 || t.deleted < 0;
        (!tallies.iter().any(backwards)).then_some(Written(tallies))
    }

    /// Looks at the rows that were written. `fresh` are the keys, for each source, that may be gone. `None` when the
    /// counts are no guide.
    pub(super) async fn scan(
        &mut self,
        conn: &mut PgConnection,
        written: &Written,
        since: Since<'_>,
        fresh: &[Vec<i64>],
        named: &[Oid],
    ) -> Result<Option<Found>, CatalogError> {
        let hows = How::of(written);
        let statement = self.scans.entry(hows.clone()).or_insert_with(|| statement(&hows).into());
        let mut query = driver::query(statement)
            .bind(xid(since.horizon))
            .bind(since.system)
            .bind(since.highest)
            .bind(xid(since.next))
            .bind(named);
        for (how, keys) in hows.iter().zip(fresh) {
            if how.gone {
                query = query.bind(keys);
            }
        }
        let mut found = Found { parts: vec![Part::default(); SOURCES.len()], ..Found::default() };
        for row in query.fetch_all(conn).await? {
            let (what, of): (i32, i32) = (row.try_get(0)?, row.try_get(1)?);
            let keys: Vec<i64> = row.try_get::<Option<_>, _>(2)?.unwrap_or_default();
            let roots: Option<Vec<Option<i64>>> = row.try_get(3)?;
            let roots = roots.unwrap_or_default().into_iter().map(Option::unwrap_or_default);
            let states: String = row.try_get::<Option<_>, _>(4)?.unwrap_or_default();
            let part = usize::try_from(of).ok().and_then(|number| found.parts.get_mut(number));
            match (what, part, &keys[..]) {
                (NEWER, Some(part), _) => {
                    part.newer = keys.into_iter().zip(roots).collect();
                }
                (LOST, Some(part), _) => part.lost = keys,
                (MOMENT, _, [horizon, next]) => (found.horizon, found.next) = (*horizon, *next),
                (MEMBERS, _, [members, newer]) => {
                    if *members != self.members || *newer > 0 {
                        return Ok(None);
                    }
                }
                (NAMED, ..) => {
                    let states = keys.into_iter().zip(roots).zip(states.chars());
                    found.columns = states
                        .filter_map(|((relation, number), state)| {
                            Some(Column {
                                relation: oid(relation)?,
                                number: i32::try_from(number).ok()?,
                                dropped: state == 'd',
                                missing: state == 'm',
                            })
                        })
                        .collect();
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(found))
    }
}

// The sorts of rows of the answer. Each has keys, roots and a text.

/// The newer rows of a source.
const NEWER: i32 = 0;
/// The fresh keys whose rows are gone.
const LOST: i32 = 1;
/// The keys are the horizon and the next transaction.
const MOMENT: i32 = 2;
/// The keys are how many things belong to extensions or depend on them, and how many of these are newer.
const MEMBERS: i32 = 3;
/// The keys are relations that were named, the roots their columns, with a letter for its state.
const NAMED: i32 = 4;

fn oid(key: i64) -> Option<u32> {
    u32::try_from(key).ok()
}

/// The point from which a scan starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since<'a> {
    /// The first transaction whose rows may not have been seen.
    pub(super) horizon: i64,
    /// The first transaction that had not begun at the last look.
    pub(super) next: i64,
    /// Objects of the system that may have comments.
    pub(super) system: &'a [Oid],
    /// The highest number that was ever seen.
    pub(super) highest: i64,
}

/// The result of a scan of the written catalogs.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) horizon: i64,
    pub(super) next: i64,
    /// One for each source.
    pub(super) parts: Vec<Part>,
    /// The columns that were written, of the relations that were named.
    pub(super) columns: Vec<Column>,
}

/// A column that was written.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) relation: u32,
    pub(super) number: i32,
    pub(super) dropped: bool,
    /// True if rows that were there before the column have a value for it.
    pub(super) missing: bool,
}

/// The relations whose columns are newer than the horizon `$1`, some of them several times: grouped by the server, they
/// would be read by the index on them, which takes twice as long.
pub(super) const NEWER_COLUMNS: &str =
    "SELECT attrelid FROM pg_attribute WHERE age(xmin) <= (SELECT age($1::text::xid))";

/// What a scan found in one source.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// Key and root of the newer rows.
    pub(super) newer: Vec<(i64, i64)>,
    /// Those of the fresh keys that are gone.
    pub(super) lost: Vec<i64>,
}

/// The rows of a catalog that a scan covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Rows {
    None,
    /// Rows were only added: those with numbers above all that were given out before.
    Beyond,
    /// All that are newer than the horizon.
    Newer,
}

/// What to do with a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct How {
    rows: Rows,
    /// True if rows may be gone.
    gone: bool,
}

impl How {
    /// For each source. What is mostly written together is asked together: a statement that was never asked before
    /// costs more than a few questions in vain.
    fn of(written: &Written) -> Vec<How> {
        let tallies = || SOURCES.iter().enumerate().map(|(i, source)| (source, written.source(i)));
        let group = |class| TOGETHER.iter().find(|group| group.contains(&class));
        let in_group = |class, is: fn(Tally) -> bool| {
            let mut all = tallies();
            group(class).is_some_and(|group| {
                all.any(|(source, tally)| group.contains(&source.class) && is(tally))
            })
        };
        tallies()
            .map(|(source, tally)| {
                let class = source.class;
                // These two are usually written again.
                let again = matches!(class, "pg_class" | "pg_sequence")
                    && in_group(class, |tally| tally.updated > 0);
                let rows = if tally.updated > 0 || again {
                    Rows::Newer
                } else if tally.inserted > 0 || in_group(class, Tally::any) {
                    if source.number.is_some() { Rows::Beyond } else { Rows::Newer }
                } else {
                    Rows::None
                };
                let gone = tally.deleted > 0 || in_group(class, |tally| tally.deleted > 0);
                How { rows, gone }
            })
            .collect()
    }
}

/// The catalogs that making and dropping tables writes, and those of what is put on tables.
const TOGETHER: [&[&str]; 2] = [
    &["pg_index", "pg_class", "pg_constraint", "pg_attrdef", "pg_sequence", "pg_type"],
    &["pg_trigger", "pg_rewrite", "pg_policy", "pg_proc", "pg_enum"],
];

/// The statement: `$1` the horizon, `$2` objects of the system that may have comments, `$3` the highest number that was
/// ever seen, `$4` the first transaction that had not begun at the last look, `$5` relations whose columns may have
/// been written, then the keys that may be gone.
fn statement(hows: &[How]) -> String {
    let newer = "age(xmin) <= (SELECT age($1::text::xid))";
    let mut rows = vec![
        format!(
            "SELECT {MOMENT}, 0, ARRAY[pg_snapshot_xmin(pg_current_snapshot())::text::int8, \
             pg_snapshot_xmax(pg_current_snapshot())::text::int8], NULL::int8[], NULL::text"
        ),
        format!(
            "SELECT {MEMBERS}, 0, ARRAY[count(*), count(*) FILTER (WHERE {newer})], NULL, NULL FROM {DEPENDENCIES} \
             WHERE {OF_EXTENSIONS}"
        ),
        format!(
            "SELECT {NAMED}, 0, array_agg(attrelid::int8), array_agg(attnum::int8), \
             string_agg(CASE WHEN attisdropped THEN 'd' WHEN atthasmissing THEN 'm' ELSE '-' END, '') FROM {COLUMNS} \
             WHERE attrelid = ANY ($5::oid[]) AND age(xmin) <= (SELECT age($4::text::xid))"
        ),
    ];
    let mut parameter = 5;
    for (i, (Source { class, key, number, root, only }, how)) in
        SOURCES.iter().zip(hows).enumerate()
    {
        let which = match (how.rows, number) {
            (Rows::None, _) => None,
            (Rows::Beyond, Some(number)) => Some(format!("{number} > $3::int8::oid")),
            (Rows::Beyond | Rows::Newer, _) => Some(format!("{newer} AND ({only})")),
        };
        if let Some(which) = which {
            rows.push(format!(
                "SELECT {NEWER}, {i}, array_agg(({key})::int8), array_agg(({root})::int8), NULL FROM {class} \
                 WHERE {which}"
            ));
        }
        if how.gone {
            parameter += 1;
            rows.push(format!("SELECT {LOST}, {i}, ARRAY({}), NULL, NULL", lost(i, parameter)));
        }
    }
    format!(
        "WITH parameters AS (SELECT $1::text, $2::oid[], $3::int8, $4::text, $5::oid[]) {}",
        rows.join(" UNION ALL ")
    )
}

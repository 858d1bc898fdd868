//! Puts rows into the tables of a database, a transaction for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::bare;
use super::choose::{Axis, Group, choose, tie};
use super::filled::{Filled, Without};
use super::insert::{Refused, insert, sound};
use super::memory::Memory;
use super::mix::mix;
use super::order::{Turn, order};
use super::read::{Extent, read};
use super::references::{self, Known};
use super::schema::{Table, Types};
use super::sequences::advance;
use super::twins;
use super::values::{Constants, series, values};
use crate::driver::{self, PgConnection};
use crate::names::quote_literal;

/// How many rows a table gets at a time.
const WANTED: usize = 24;

/// How many of them come first where the others refer to them.
const FIRST: usize = 8;

/// How many rows are tried to find as many as are wanted.
const TRIES: usize = 4;

/// Types whose series the server need not be asked about.
const PLAIN_TYPES: [&str; 6] =
    ["bigint", "date", "integer", "text", "timestamp with time zone", "uuid"];

/// How many values a constant suggests for a column that is no key.
const FEW: usize = 4;

/// Values of a key that takes part in a condition.
const KEYS: usize = 300;

/// Values of a column that takes part in no condition.
const PLAIN: usize = 12;

/// Values of a column that takes part in a condition.
const TIED: usize = 40;

/// Puts rows into tables that hold none, and remembers which of them it has filled.
#[derive(Debug, Default)]
pub struct Filler {
    filled: BTreeMap<u32, Past>,
    /// Which values the server takes, by the type.
    sound: BTreeMap<String, BTreeMap<String, bool>>,
    /// What the tables of other databases got.
    memory: Memory,
}

/// What was done about a table.
#[derive(Debug, Clone, Copy)]
struct Past {
    signature: u64,
    /// How often it got rows.
    times: usize,
}

/// The parts of a row: values by group, and columns that take the value of another one.
type Parts = (Vec<Group>, Vec<(usize, usize)>);

impl Filler {
    /// Nothing is known of the database.
    pub fn new() -> Filler {
        Filler::default()
    }

    /// Forgets the tables, and keeps what is known of types and which rows the tables got, for another database of the same
    /// history.
    pub fn forget_tables(&mut self) {
        self.filled.clear();
    }

    /// Puts rows into the tables that hold none, and into those that it has filled and whose shape has changed since.
    /// `apart` names the tables to leave alone, as SQL; `only_home` leaves all schemas but `home` alone.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be read. What the server refuses to take is no error.
    pub async fn fill(
        &mut self,
        conn: &mut PgConnection,
        apart: &[String],
        (home, only_home): (&str, bool),
    ) -> driver::Result<Filled> {
        let extent = Extent { apart, home, only_home };
        let mut given_up: BTreeMap<u32, Without> = BTreeMap::new();
        loop {
            let before = self.filled.clone();
            driver::execute(
                conn,
                "BEGIN; SET LOCAL lock_timeout = '10s'; SET LOCAL standard_conforming_strings = on; \
                 SET LOCAL client_min_messages = error; SET CONSTRAINTS ALL IMMEDIATE",
            )
            .await?;
            let filled = self.fill_all(conn, &extent, &given_up).await;
            let ended = match filled {
                Ok((filled, circle)) => {
                    let end = driver::execute(conn, "SET CONSTRAINTS ALL IMMEDIATE; COMMIT").await;
                    end.map(|_| filled).map_err(|error| (error, circle))
                }
                Err(error) => Err((error, Vec::new())),
            };
            let (error, circle) = match ended {
                Ok(mut filled) => {
                    filled.without.extend(given_up.into_values());
                    return Ok(filled);
                }
                Err(failed) => failed,
            };
            driver::execute(conn, "ROLLBACK").await?;
            self.filled = before;
            if circle.is_empty() {
                return Err(error);
            }
            // Tables that refer to each other did not get the rows that they had promised each other.
            for (oid, table) in circle {
                let reason = "it refers to a table that refers to it";
                given_up.insert(oid, Without::new(&table, None, reason));
            }
        }
    }

    async fn fill_all(
        &mut self,
        conn: &mut PgConnection,
        extent: &Extent<'_>,
        given_up: &BTreeMap<u32, Without>,
    ) -> driver::Result<(Filled, Vec<(u32, String)>)> {
        let (tables, types) = read(conn, extent).await?;
        let due = self.due(conn, &tables).await?;
        let mut filled = Filled::default();
        let mut circle = Vec::new();
        let mut numbered = Vec::new();
        for (at, turn) in order(&tables) {
            let table = &tables[at];
            if !due.contains(&table.oid) || given_up.contains_key(&table.oid) {
                continue;
            }
            if turn == Turn::Deferred {
                let names = table.references.iter().filter(|reference| reference.deferrable);
                let names: Vec<&str> = names.map(|reference| reference.sql.as_str()).collect();
                driver::execute(conn, &format!("SET CONSTRAINTS {} DEFERRED", names.join(", ")))
                    .await?;
                circle.push((table.oid, table.name.clone()));
            }
            let mut known = Known {
                types: &types,
                tables: &tables,
                deferred: turn == Turn::Deferred,
                first: false,
            };
            match self.fill_one(conn, table, &mut known).await? {
                Ok(rows) => {
                    numbered.push(table.oid);
                    filled.rows.insert(table.name.clone(), rows);
                }
                Err(without) => filled.without.push(without),
            }
        }
        if !numbered.is_empty() {
            advance(conn, &numbered, (extent.home, extent.only_home)).await?;
        }
        Ok((filled, circle))
    }

    /// The tables that get rows now.
    async fn due(
        &mut self,
        conn: &mut PgConnection,
        tables: &[Table],
    ) -> driver::Result<BTreeSet<u32>> {
        let mut due = BTreeSet::new();
        let mut unknown: Vec<&Table> = Vec::new();
        for table in tables {
            match self.filled.get_mut(&table.oid) {
                Some(past) if past.signature == table.signature() => {}
                Some(past) if past.times > 0 => {
                    past.signature = table.signature();
                    due.insert(table.oid);
                }
                _ => unknown.push(table),
            }
        }
        for some in unknown.chunks(200) {
            let asked: Vec<String> = some
                .iter()
                .enumerate()
                .map(|(at, table)| {
                    format!("SELECT {at} WHERE NOT EXISTS (SELECT FROM {})", table.itself())
                })
                .collect();
            let empty: Vec<i32> =
                driver::query_scalar(&asked.join(" UNION ALL ")).fetch_all(&mut *conn).await?;
            for (at, table) in some.iter().enumerate() {
                let past = Past { signature: table.signature(), times: 0 };
                self.filled.insert(table.oid, past);
                if empty.iter().any(|empty| usize::try_from(*empty) == Ok(at)) {
                    due.insert(table.oid);
                }
            }
        }
        Ok(due)
    }

    async fn fill_one(
        &mut self,
        conn: &mut PgConnection,
        table: &Table,
        known: &mut Known<'_>,
    ) -> driver::Result<Result<u64, Without>> {
        let past = self.filled.get(&table.oid).map_or(0, |past| past.times);
        if past == 0
            && let Some(rows) = self.memory.replay(conn, table).await?
        {
            self.note_filled(table);
            return Ok(Ok(rows));
        }
        let mut statements = Vec::new();
        let refers_to_itself =
            table.references.iter().any(|reference| reference.target == table.oid);
        let mut start = past * WANTED * TRIES;
        let mut all = 0;
        let mut refused = None;
        let batches: &[usize] =
            if refers_to_itself && past == 0 { &[FIRST, WANTED - FIRST] } else { &[WANTED] };
        for wanted in batches {
            known.first = refers_to_itself && all == 0 && past == 0;
            let groups = match self.groups(conn, table, known, start).await? {
                Ok(groups) => groups,
                Err(without) if all == 0 => return Ok(Err(without)),
                Err(_) => break,
            };
            let (groups, own) = groups;
            let rows: Vec<Vec<String>> = (0..wanted * TRIES)
                .map(|row| assemble(table, &groups, &own, start + row))
                .collect();
            let inserted = insert(conn, table, &rows, *wanted).await?;
            all += inserted.rows;
            statements.extend(inserted.statements);
            refused = inserted.refused.or(refused);
            start += wanted * TRIES;
            if past == 0 && !known.first && inserted.rows > 0 {
                let twins = twins::insert(conn, table, known.types, &rows).await?;
                let bare = bare::insert(conn, table, &rows).await?;
                all += twins.rows + bare.rows;
                statements.extend(twins.statements);
                statements.extend(bare.statements);
            }
        }
        if all == 0 && past == 0 {
            let Some(Refused { reason, constraint, in_code }) = refused else {
                let reason = "the server takes rows for it and does not keep them";
                return Ok(Err(Without::new(&table.name, None, reason)));
            };
            let without = Without::new(&table.name, constraint, reason);
            return Ok(Err(Without { fails_in_code: in_code, ..without }));
        }
        if past == 0 {
            self.memory.keep(table, statements, all);
        }
        self.note_filled(table);
        Ok(Ok(all))
    }

    fn note_filled(&mut self, table: &Table) {
        if let Some(past) = self.filled.get_mut(&table.oid) {
            past.times += 1;
        }
    }

    /// The values of the columns, tied together by the conditions on them.
    async fn groups(
        &mut self,
        conn: &mut PgConnection,
        table: &Table,
        known: &Known<'_>,
        start: usize,
    ) -> driver::Result<Result<Parts, Without>> {
        let referring = match references::values(conn, table, known).await? {
            Ok(referring) => referring,
            Err(without) => return Ok(Err(without)),
        };
        let plain: Vec<usize> =
            (0..table.columns.len()).filter(|column| !referring.has(*column)).collect();
        let mut axes = referring.axes;
        for column in plain {
            match self.axis(conn, table, column, known.types, start).await? {
                Ok(axis) => axes.push(axis),
                Err(without) => return Ok(Err(without)),
            }
        }
        let mut groups = Vec::new();
        for tied in tie(table, axes) {
            let names: Vec<&str> = tied.checks.iter().map(|check| check.name.as_str()).collect();
            let names = names.join(", ");
            let group = choose(conn, table, tied).await?;
            if group.combinations.is_empty() {
                let reason = "none of the values that were tried meets it";
                return Ok(Err(Without::new(&table.name, Some(names), reason)));
            }
            groups.push(group);
        }
        Ok(Ok((groups, referring.own)))
    }

    /// The values of a column that refers to nothing.
    async fn axis(
        &mut self,
        conn: &mut PgConnection,
        table: &Table,
        place: usize,
        types: &Types,
        start: usize,
    ) -> driver::Result<Result<Axis, Without>> {
        let column = &table.columns[place];
        let mut constants = Constants::default();
        let checks = table.conditions_on(place);
        for expression in checks.iter().map(|check| &check.expression).chain(&column.default) {
            constants.read(expression);
        }
        let is_key = table.is_key(place);
        let in_key = is_key || table.keys.iter().any(|key| key.contains(&place));
        let usual = |count| {
            let mut all = values(types, column.type_oid, &column.type_sql, (&constants, count));
            all.retain(|text| column.holds(text));
            all
        };
        let count = if is_key { WANTED * TRIES } else { WANTED };
        let many = (start..start + count)
            .map_while(|at| series(types, column.type_oid, &column.type_sql, at))
            .collect();
        let few =
            || usual(FEW).into_iter().take(if checks.is_empty() { PLAIN } else { TIED }).collect();
        let mut expressions = Vec::new();
        if !is_key {
            expressions = self.only_sound(conn, &column.type_sql, (few(), false)).await?;
        }
        if in_key {
            expressions.extend(self.only_sound(conn, &column.type_sql, (many, true)).await?);
        }
        if is_key && (expressions.len() < WANTED || !checks.is_empty()) {
            let mut texts = usual(WANTED + FEW);
            texts.truncate(KEYS);
            expressions.extend(self.only_sound(conn, &column.type_sql, (texts, false)).await?);
        }
        if let Some(default) = column.default.as_ref().filter(|_| expressions.is_empty()) {
            expressions.push(format!("({default})::{}", column.type_sql));
        }
        if !column.not_null {
            expressions.insert(expressions.len().min(1), format!("NULL::{}", column.type_sql));
        }
        if expressions.is_empty() {
            let reason = format!(
                "no value of the type {} is known, for column {}",
                column.type_sql, column.sql
            );
            return Ok(Err(Without::new(&table.name, None, reason)));
        }
        let tuples = expressions.into_iter().map(|expression| vec![expression]).collect();
        Ok(Ok(Axis { columns: vec![place], tuples }))
    }

    /// The values that the server takes for a type, as SQL.
    async fn only_sound(
        &mut self,
        conn: &mut PgConnection,
        type_sql: &str,
        (texts, series): (Vec<String>, bool),
    ) -> driver::Result<Vec<String>> {
        let known = self.sound.entry(type_sql.to_owned()).or_default();
        let written = |text: &String| format!("{}::{type_sql}", quote_literal(text));
        if PLAIN_TYPES.contains(&type_sql) && series {
            // Any value of a series is one of these types.
            return Ok(texts.iter().map(written).collect());
        }
        let new: Vec<&String> = texts.iter().filter(|text| !known.contains_key(*text)).collect();
        if !new.is_empty() {
            let expressions: Vec<String> = new.iter().map(|text| written(text)).collect();
            let asked: Vec<&str> = expressions.iter().map(String::as_str).collect();
            let found = sound(conn, &asked).await?;
            for (text, is_sound) in new.into_iter().zip(found) {
                known.insert(text.clone(), is_sound);
            }
        }
        let sound = texts.iter().filter(|text| known.get(*text) == Some(&true));
        Ok(sound.map(written).collect())
    }
}

/// A row, by its number: each group gives its next combination.
fn assemble(table: &Table, groups: &[Group], own: &[(usize, usize)], number: usize) -> Vec<String> {
    let mut row: Vec<String> =
        table.columns.iter().map(|column| format!("NULL::{}", column.type_sql)).collect();
    for (at, group) in groups.iter().enumerate() {
        let count = group.combinations.len();
        let place = if group.axes.len() == 1 && (number < count || is_key(table, group)) {
            // Each value once, groups of one length not in step.
            (number + at * (number / count + usize::from(!is_key(table, group)))) % count
        } else {
            mix(number * (groups.len() + 1) + at, count)
        };
        for (column, value) in group.values(place) {
            row[column].clone_from(value);
        }
    }
    for (column, from) in own {
        let value = row[*from].clone();
        row[*column] = value;
    }
    row
}

fn is_key(table: &Table, group: &Group) -> bool {
    group.axes.iter().any(|axis| axis.columns.iter().any(|column| table.is_key(*column)))
}

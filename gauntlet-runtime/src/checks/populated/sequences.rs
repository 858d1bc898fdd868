//! Sequences that give values which rows have already.

use std::collections::BTreeSet;

use super::findings::allow;
use crate::catalog::kinds::sequence::write::{go_on, of_column};
use crate::driver;
use crate::error::Result;
use crate::fill::{FedKey, Standing, fed_keys, standings};
use crate::finding::{Fact, Finding, Severity};
use crate::history::{Direction, Migration, Script};
use crate::names::{quote_if_needed, quote_literal};
use crate::sql;
use crate::stage::{Extent, Filling, Stage};

const TABLES: &str = "
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND CASE WHEN $2 THEN n.nspname = $1 ELSE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' END";

/// The tables of a moment, and their keys that sequences give values.
#[derive(Debug, Default)]
pub(super) struct Keys {
    tables: BTreeSet<String>,
    fed: Vec<FedKey>,
}

impl Keys {
    /// Those of this moment.
    pub(super) async fn read(stage: &Stage, filling: &mut Filling) -> Result<Keys> {
        let Extent { home, only_home, .. } = stage.extent();
        let conn = filling.conn(stage).await?;
        let tables: Vec<String> =
            driver::query_scalar(TABLES).bind(&*home).bind(only_home).fetch_all(&mut *conn).await?;
        let fed = fed_keys(conn, (&home, only_home), None).await?;
        Ok(Keys { tables: tables.into_iter().collect(), fed })
    }

    /// Whether the down of a version, whose up has led from these keys to others, may set a sequence back or make another one.
    pub(super) fn may_change_in_down(&self, after_up: &Keys, down: &Script) -> bool {
        const WORDS: [&str; 4] = ["sequence", "restart", "setval", "identity"];
        let sources = |keys: &Keys| -> BTreeSet<(String, String, u32)> {
            let fed = keys.fed.iter();
            fed.map(|key| (key.table_sql.clone(), key.column.clone(), key.sequence)).collect()
        };
        sources(self) != sources(after_up)
            || sql::words(down.sql()).any(|(_, word)| WORDS.contains(&word.as_str()))
    }
}

/// The sequences that a step makes or sets back give values which rows have already.
///
/// Of a table that the version makes it is a note, except where it takes the name of another one: lists with fixed keys and
/// archives give their rows keys of their own, and may get no others. One whose sequence had given nothing before the version does not count either: it was empty, or
/// seeds have given its rows their keys.
pub(super) async fn start_again(
    stage: &Stage,
    filling: &mut Filling,
    (migration, direction): (&Migration, Direction),
    (before, after): (&Keys, &Keys),
) -> Result<Vec<Finding>> {
    let is_new = |key: &&FedKey| {
        let old = before
            .fed
            .iter()
            .find(|old| old.table_sql == key.table_sql && old.column == key.column);
        match old {
            Some(old) if old.sequence == key.sequence => key.last < old.last,
            Some(old) => old.last.is_some(),
            None => true,
        }
    };
    let asked: Vec<&FedKey> = after
        .fed
        .iter()
        .filter(|key| direction == Direction::Up || before.tables.contains(&key.table_sql))
        .filter(is_new)
        .collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let conn = filling.conn(stage).await?;
    let standings = standings(conn, &asked).await?;
    let mut found: Vec<(&FedKey, Standing)> = asked.into_iter().zip(standings).collect();
    found.retain(|(key, standing)| key.gives_used_values(standing));
    let (found, of_new_tables): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(key, _)| before.tables.contains(&key.table_sql));
    let mut note = finding(migration, direction, &of_new_tables);
    if let Some(note) = &mut note {
        note.severity = Severity::Note;
        note.help.pop();
    }
    Ok(finding(migration, direction, &found).into_iter().chain(note).collect())
}

fn finding(
    migration: &Migration,
    direction: Direction,
    found: &[(&FedKey, Standing)],
) -> Option<Finding> {
    let version = migration.version();
    let title = match found {
        [] => return None,
        [(key, _)] => format!(
            "after the {direction} of {version}, the next INSERT into {} gets a value of {} that rows may have already",
            key.table_written, key.column
        ),
        all => format!(
            "after the {direction} of {version}, {} sequences give values that rows may have already",
            all.len()
        ),
    };
    let finding = Finding::failure("sequence_starts_again", title);
    let mut finding = match direction {
        Direction::Up => finding.at_up(migration),
        Direction::Down => finding.at_down(migration),
    };
    finding.facts.extend(found.iter().map(|(key, standing)| {
        Fact::Text(format!(
            "{}.{}: the next INSERT gets {}, and the values of the rows go up to {}",
            key.table_written,
            quote_if_needed(&key.column),
            standing.next,
            standing.greatest.unwrap_or_default()
        ))
    }));
    let sql: Vec<String> = found.iter().map(|(key, _)| format!("{};", mended(key))).collect();
    Some(
        finding
            .help_sql(
                &format!("let the sequence go on behind the rows, at the end of the {direction}"),
                sql.join("\n"),
            )
            .help_declare("or, if production has no such rows", "populated", allow(migration)),
    )
}

fn mended(key: &FedKey) -> String {
    let sequence = if key.owned {
        of_column(&key.table_written, &key.column)
    } else {
        quote_literal(&key.sequence_written)
    };
    go_on(&sequence, &quote_if_needed(&key.column), &key.table_written, &key.start.to_string())
}

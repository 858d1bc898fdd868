//! The SQL that a finding proposes, tried where it would run.
//!
//! It is written from the catalogs alone, which do not say all that PostgreSQL asks for. So it is run in the state after the
//! up, behind the down where it is to stand there, in a transaction that is rolled back. What is still different then is
//! planned once more; what fails or stays different all the same is said in the proposal itself. Tables, columns, constraints
//! and indexes that only come and go are not tried: a trial reads the whole catalog once more.

use std::sync::Arc;

use super::walk::Walk;
use crate::catalog::{Catalog, Change, Difference};
use crate::checks::parts::downs::{Stands, WHOLE_DOWN, behind};
use crate::context::Rules;
use crate::finding::{Finding, Help};
use crate::history::{Migration, Script};
use crate::sql;
use crate::stage::Attempt;

impl Walk {
    /// Tries the SQL of findings about a version. The database stands after its up; `before` is the catalog before it.
    pub(super) async fn try_proposals(
        &mut self,
        migration: &Migration,
        before: &Catalog,
        findings: &mut [Finding],
    ) {
        for finding in findings {
            for help in &mut finding.help {
                let Some(stands) = Stands::of(help) else { continue };
                let down = migration.down().filter(|_| stands == Stands::Behind);
                self.try_help(down, before, help).await;
            }
        }
    }

    async fn try_help(&mut self, down: Option<&Script>, before: &Catalog, help: &mut Help) {
        let rules = Arc::clone(&self.basis.rules);
        let Some(code) = &mut help.code else { return };
        let sql = code.text.strip_prefix(";\n").unwrap_or(&code.text);
        if is_plain(sql) {
            return;
        }
        let (sql, left) = match self.stage.attempt(down, sql).await {
            Attempt::Unknown => return,
            Attempt::Runs(after) => {
                let left = left(&rules, before, &after);
                if left.is_empty() {
                    return;
                }
                self.planned_once_more(down, (before, &after), sql, left).await
            }
            Attempt::Fails(message) => {
                if down.is_some()
                    && let Some(whole) = self.whole(before).await
                {
                    WHOLE_DOWN.clone_into(&mut help.text);
                    code.text = whole;
                    return;
                }
                (
                    format!(
                        "-- this fails as it stands, and is to be finished by hand: {message}\n{sql}"
                    ),
                    Vec::new(),
                )
            }
        };
        let by_hand = left.iter().filter_map(|difference| by_hand(&sql, difference));
        let by_hand: String = by_hand.collect();
        code.text = behind(down, &(sql + &by_hand));
    }

    /// The SQL with what is planned from where it leads, if that leads further, and what is left then.
    async fn planned_once_more(
        &mut self,
        down: Option<&Script>,
        (before, after): (&Catalog, &Catalog),
        sql: &str,
        still: Vec<Difference>,
    ) -> (String, Vec<Difference>) {
        let rules = Arc::clone(&self.basis.rules);
        if let Some(more) = rules.mend_moments(before, after, &still) {
            let more = format!("{}\n{}", sql.trim_end(), sql::with_needs_of_rows(&more));
            if let Attempt::Runs(after) = self.stage.attempt(down, &more).await {
                let left = left(&rules, before, &after);
                if left.len() < still.len() {
                    return (more, left);
                }
            }
        }
        (sql.to_owned(), still)
    }

    /// A down that leads to the catalog before the up by itself. `None` where the one that is known does not.
    async fn whole(&mut self, before: &Catalog) -> Option<String> {
        let rules = Arc::clone(&self.basis.rules);
        let now = self.tracker().catalog().clone();
        let changes = rules.changes(before, &now);
        let sql = rules.mend_moments(before, &now, &changes)?;
        let attempt = self.stage.attempt(None, &sql).await;
        let leads =
            matches!(attempt, Attempt::Runs(after) if left(&rules, before, &after).is_empty());
        leads.then(|| sql::with_needs_of_rows(&sql))
    }
}

/// Whether SQL does nothing but make and drop tables, columns, constraints and indexes, or change defaults and NOT NULL, which
/// need nothing that the catalogs do not say.
fn is_plain(sql: &str) -> bool {
    const OF_TABLE: [&[&str]; 4] =
        [&["add", "column"], &["drop", "column"], &["add", "constraint"], &["drop", "constraint"]];
    const OF_COLUMN: [&[&str]; 4] =
        [&["set", "default"], &["drop", "default"], &["set", "not"], &["drop", "not"]];
    let begins = |words: &[&str], actions: &[&[&str]]| actions.iter().any(|a| words.starts_with(a));
    let plain = |statement: &str| {
        let words: Vec<String> = sql::words(statement).map(|(_, word)| word).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match &words[..] {
            ["drop" | "create", "table" | "index", ..] | ["create", "unique", "index", ..] => true,
            // The name of a table has one word or two.
            ["alter", "table", _, action @ ..] | ["alter", "table", _, _, action @ ..]
                if begins(action, &OF_TABLE) =>
            {
                true
            }
            ["alter", "table", _, "alter", "column", _, action @ ..]
            | ["alter", "table", _, _, "alter", "column", _, action @ ..] => {
                begins(action, &OF_COLUMN)
            }
            _ => false,
        }
    };
    !sql.contains("-- Write by hand") && sql::split(sql).iter().all(|one| plain(one.text))
}

/// What is different although PostgreSQL could undo it.
fn left(rules: &Rules, before: &Catalog, after: &Catalog) -> Vec<Difference> {
    let mut left = rules.left(before, after);
    left.retain(|difference| difference.added_labels().is_none());
    left
}

/// A comment for what SQL does not undo, where it has none yet.
fn by_hand(sql: &str, difference: &Difference) -> Option<String> {
    let line = format!("-- Write by hand: {}: ", difference.object);
    let why = match (&difference.change, &difference.attribute) {
        (Change::Missing, _) => "it is still missing".to_owned(),
        (Change::Extra, _) => "it is still there".to_owned(),
        (Change::Renamed(name), _) => format!("its name is still {name}"),
        (Change::Changed, Some(attribute)) => format!("its {attribute} is still different"),
        (Change::Changed, None) => "it is still different".to_owned(),
    };
    (!sql.contains(&line)).then(|| format!("{line}{why}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_statements() {
        for sql in [
            "-- the rows of table 't' are lost\nDROP TABLE t;\nDROP INDEX i;",
            "ALTER TABLE s.t DROP COLUMN a;",
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);",
            "ALTER TABLE s.t ALTER COLUMN a SET DEFAULT 'x'::text;",
            "ALTER TABLE t ALTER COLUMN a DROP NOT NULL;",
        ] {
            assert!(is_plain(sql), "{sql}");
        }
        for sql in [
            "DROP TABLE t;\nDROP FUNCTION f();",
            "ALTER TABLE t RENAME TO u;",
            "ALTER TABLE t ALTER COLUMN a TYPE bigint;",
            "DROP TABLE t;\n-- Write by hand: column u.a: no statement is known for it\n",
            "CREATE VIEW v AS SELECT 1;",
        ] {
            assert!(!is_plain(sql), "{sql}");
        }
    }
}

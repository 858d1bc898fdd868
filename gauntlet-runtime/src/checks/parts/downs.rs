//! Findings about down scripts that are missing, empty or failing.

use crate::catalog::{Change, Difference, Kind};
use crate::engines::StepError;
use crate::finding::{DeclaredValue, Finding, Help};
use crate::history::{Migration, Script};
use crate::sql::{self, TokenKind};

/// What a proposal is that stands for the whole down.
pub(in crate::checks) const WHOLE_DOWN: &str =
    "a down that restores the schema (a down may be edited even if it has shipped)";

/// The same, where a version may be declared irreversible instead.
const OR_WHOLE_DOWN: &str = "or add a down that restores the schema";

/// What a proposal is that stands behind the down.
pub(in crate::checks) const ADD_TO_DOWN: &str =
    "add to the down script, which may be edited even if it has shipped";

/// Where the SQL of a proposal is to stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::checks) enum Stands {
    Behind,
    Alone,
}

impl Stands {
    /// Where the SQL of a help is to stand. `None` where it is no proposal for a down.
    pub(in crate::checks) fn of(help: &Help) -> Option<Stands> {
        match &*help.text {
            ADD_TO_DOWN => Some(Stands::Behind),
            WHOLE_DOWN | OR_WHOLE_DOWN => Some(Stands::Alone),
            _ => None,
        }
    }
}

/// Adds both ways on from a down that is missing or does nothing: the SQL, where it is known, and the declaration.
pub(in crate::checks) fn write_or_declare(
    finding: Finding,
    migration: &Migration,
    sql: Option<String>,
) -> Finding {
    /// A down of more lines stands below the declaration.
    const SHORT: usize = 12;
    let declare_it = match &sql {
        Some(sql) if sql.lines().count() > SHORT => {
            let finding = irreversible(finding, migration, "declare the version irreversible");
            return finding.help_sql(OR_WHOLE_DOWN, Some(sql.clone()));
        }
        Some(_) => "or declare the version irreversible",
        None => "write the down script, or declare the version irreversible",
    };
    irreversible(finding.help_sql(WHOLE_DOWN, sql), migration, declare_it)
}

/// Adds the declaration that a version has no way back.
fn irreversible(finding: Finding, migration: &Migration, text: &str) -> Finding {
    let version = DeclaredValue::Versions(vec![migration.id().clone()]);
    finding.help_declare(text, "irreversible", version)
}

/// A version without a down script, or with an empty one.
pub(in crate::checks) fn no_way_back(migration: &Migration, sql: Option<String>) -> Finding {
    let version = migration.version();
    let (kind, what) = match migration.down() {
        None => ("down_missing", "has no down script"),
        Some(down) if down.sql().is_empty() => ("down_empty", "has an empty down script"),
        Some(down) if down.sql().trim().is_empty() => {
            ("down_empty", "has a down script that contains only white space")
        }
        Some(_) => ("down_empty", "has a down script without a statement"),
    };
    let finding = Finding::failure(kind, format!("{version} {what}")).at_down(migration);
    write_or_declare(finding, migration, sql)
}

/// No version of the history has a down script.
pub(in crate::checks) fn no_downs_at_all(versions: usize) -> Finding {
    let what = match versions {
        1 => "the only version has no down script".to_owned(),
        n => format!("none of the {n} versions has a down script"),
    };
    Finding::failure("no_downs", format!("{what}, so there is no way back to check"))
        .help_declare(
            "if the history only goes up, declare all of it irreversible; then only the ups are checked",
            "irreversible",
            DeclaredValue::Word("all".to_owned()),
        )
}

/// Adds, where an extension is left behind, the setting that allows it.
pub(in crate::checks) fn extensions_may_stay(finding: Finding) -> Finding {
    let left =
        |d: &Difference| d.object.kind == Kind::Extension && matches!(d.change, Change::Extra);
    if !finding.differences.iter().any(left) {
        return finding;
    }
    finding.help_declare(
        "or, if extensions are to stay, ignore them in every comparison",
        "ignore",
        DeclaredValue::Words(vec!["extensions".to_owned()]),
    )
}

/// A down that failed.
pub(in crate::checks) fn down_failed(
    migration: &Migration,
    error: &StepError,
    sql: Option<String>,
) -> Finding {
    let version = migration.version();
    if error.is_raised() {
        let title = format!("the down of {version} raises an error on purpose");
        let finding = Finding::step("down_raises", title, error);
        return irreversible(finding, migration, "declare the version irreversible");
    }
    let finding = Finding::step("down_fails", format!("the down of {version} fails"), error);
    match sql.filter(|sql| !fails_again(sql, error, migration)) {
        Some(sql) => finding.help_sql(WHOLE_DOWN, sql),
        None if !finding.help.is_empty() => finding,
        None => finding.help("correct the down script, which may be edited even if it has shipped: it fails wherever this version is reverted"),
    }
}

/// Whether SQL does what failed once more: it begins as the failed script does, up to the statement at fault, or it holds a
/// statement that a trigger or a function refused.
fn fails_again(sql: &str, error: &StepError, migration: &Migration) -> bool {
    let (Some(position), Some(down)) = (error.position, migration.down()) else { return false };
    let script = down.sql();
    let until = position.byte_in(script);
    let failed: Vec<Vec<String>> = sql::statements(script)
        .take_while(|statement| statement.offset <= until)
        .map(|statement| plain(statement.text))
        .collect();
    let again: Vec<Vec<String>> = sql::split(sql).iter().map(|s| plain(s.text)).collect();
    let refused = error.context.as_deref().and_then(|context| context.lines().next());
    let is_refused = refused.is_some_and(|line| line.ends_with(" at RAISE"));
    let holds = || failed.last().is_some_and(|last| again.contains(last));
    !failed.is_empty() && again.starts_with(&failed) || is_refused && holds()
}

/// A statement without comments and spaces, its words in small letters.
fn plain(statement: &str) -> Vec<String> {
    let tokens = sql::tokens(statement).filter(|token| !token.kind.is_trivia());
    tokens
        .map(|token| match token.kind {
            TokenKind::Word => token.text.to_ascii_lowercase(),
            _ => token.text.to_owned(),
        })
        .collect()
}

/// SQL to add to the end of a script, behind a semicolon where the script's last statement lacks one.
pub(in crate::checks) fn behind(script: Option<&Script>, sql: &str) -> String {
    let text = script.map_or("", Script::sql);
    let last = sql::tokens(text).filter(|token| !token.kind.is_trivia()).last();
    match last {
        Some(last) if !last.is_mark(";") => format!(";\n{sql}"),
        _ => sql.to_owned(),
    }
}

//! Findings about down scripts that are missing, empty or failing.

use crate::catalog::{Catalog, Change, Difference, Kind};
use crate::context::Context;
use crate::finding::Finding;
use crate::migrations::{Migration, StepError};

/// The line for the attribute that declares a version irreversible.
pub(in crate::checks) fn declare(migration: &Migration) -> String {
    format!("irreversible = [{}]", migration.number())
}

/// Both ways on from a down that is not there or does nothing: the SQL, where it can be told, and the declaration.
pub(in crate::checks) fn write_or_declare(
    finding: Finding,
    migration: &Migration,
    sql: Option<String>,
) -> Finding {
    let declare_it = match &sql {
        Some(_) => "or declare in the attribute that there is no way back",
        None => "write the down, or declare in the attribute that there is no way back",
    };
    finding
        .help_sql("a down that restores the schema", sql)
        .help_code(declare_it, declare(migration))
}

/// A version without a down script, or with an empty one.
pub(in crate::checks) fn no_way_back(migration: &Migration, sql: Option<String>) -> Finding {
    let version = migration.version();
    let (kind, what) = match migration.down() {
        None => ("down_missing", "has no down script"),
        Some(down) if down.sql().is_empty() => ("down_empty", "has an empty down script"),
        Some(down) if down.sql().trim().is_empty() => {
            ("down_empty", "has a down script of white space only")
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
    Finding::failure("no_downs", format!("{what}, so there is no way back to check")).help_code(
        "if the history only goes up, say so in the attribute; the ups are then checked alone",
        "irreversible = all",
    )
}

/// The same, where an extension is left behind, with the way to say that it may be.
pub(in crate::checks) fn extensions_may_stay(finding: Finding) -> Finding {
    let left =
        |d: &Difference| d.object.kind == Kind::Extension && matches!(d.change, Change::Extra);
    if !finding.differences.iter().any(left) {
        return finding;
    }
    finding.help_code(
        "or, if extensions are to stay, leave them out of every comparison",
        "ignore(extensions)",
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
        return Finding::step("down_raises", title, error)
            .help_code("if there is no way back, declare it in the attribute", declare(migration));
    }
    let finding = Finding::step("down_fails", format!("the down of {version} fails"), error);
    match sql {
        Some(sql) => finding.help_code("a down that restores the schema", sql),
        None if !finding.help.is_empty() => finding,
        None => {
            finding.help("correct the down: it fails wherever this version is to be taken back")
        }
    }
}

/// The SQL of a down that takes back what an up did.
pub(in crate::checks) fn right_down(
    cx: &Context<'_>,
    before: &Catalog,
    after: &Catalog,
) -> Option<String> {
    cx.mend(before, after, &cx.diff(before, after))
}

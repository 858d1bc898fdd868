//! The layouts of other tools, which sqlx passes over, refuses or misreads.

use std::ffi::OsString;
use std::path::Path;

use crate::history::Problem;
use crate::sql::Parts;

/// The problem of a folder in which sqlx finds no migration, if it is laid out for a tool that is known.
pub(super) fn of_folder(absolute: &Path, shown: &Path, names: &[OsString]) -> Option<Problem> {
    names.iter().find_map(|name| {
        let text = name.to_string_lossy();
        let (tool, sign) = of_entry(&absolute.join(name), &text)?;
        Some(Problem::OtherLayout {
            file: shown.join(name),
            tool: tool.to_owned(),
            sign: sign.to_owned(),
            runs: false,
        })
    })
}

/// The tool that an entry of a folder is laid out for, and what shows it.
fn of_entry(path: &Path, name: &str) -> Option<(&'static str, &'static str)> {
    if path.join("up.sql").is_file() {
        return Some(("Diesel", "a folder with up.sql"));
    }
    if path.join("migration.sql").is_file() {
        return Some(("Prisma", "a folder with migration.sql"));
    }
    if name == "sqitch.plan" {
        return Some(("Sqitch", "sqitch.plan"));
    }
    if name == "alembic.ini" || (name == "versions" && path.with_file_name("env.py").is_file()) {
        return Some(("Alembic", "env.py and a folder versions"));
    }
    let (stem, ending) = name.rsplit_once('.')?;
    let begins_with_digits = stem.bytes().take_while(u8::is_ascii_digit).count() >= 4;
    let numbered = |prefix: char, divider: &str| {
        let (number, rest) = stem.strip_prefix(prefix)?.split_once(divider)?;
        let digits = |c: char| c.is_ascii_digit() || c == '.' || c == '_';
        (number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(digits))
            .then_some(rest)
    };
    match ending {
        "rs" if numbered('m', "_").is_some() => Some(("SeaORM", "m<DATE>_<NAME>.rs")),
        "rs" if numbered('V', "__").or(numbered('U', "__")).is_some() => {
            Some(("refinery", "V<VERSION>__<NAME>.rs"))
        }
        "sql" if numbered('V', "__").or(numbered('U', "__")).is_some() => {
            Some(("Flyway or refinery", "V<VERSION>__<NAME>.sql"))
        }
        "py" if begins_with_digits => Some(("Django", "<NUMBER>_<NAME>.py")),
        "rb" if begins_with_digits => Some(("Rails", "<DATE>_<NAME>.rb")),
        "exs" if begins_with_digits => Some(("Ecto", "<DATE>_<NAME>.exs")),
        "php" if begins_with_digits => Some(("Laravel", "<DATE>_<NAME>.php")),
        "js" | "cjs" | "mjs" | "ts" if begins_with_digits => {
            Some(("Knex, Sequelize or TypeORM", "<DATE>_<NAME>.js or .ts"))
        }
        "xml" | "yaml" | "yml" if stem.contains("changelog") => {
            Some(("Liquibase", "a file changelog"))
        }
        _ => None,
    }
}

/// The mark by which another tool divides a script into its up and its down, with the tool.
pub(super) fn of_script(sql: &str) -> Option<(&'static str, &'static str)> {
    const MARKS: [(&str, &str, &str); 4] = [
        ("-- +goose up", "goose", "-- +goose Up"),
        ("-- +migrate up", "sql-migrate", "-- +migrate Up"),
        ("-- migrate:up", "dbmate", "-- migrate:up"),
        ("-- rambler up", "rambler", "-- rambler up"),
    ];
    static PARTS: Parts<4> =
        Parts::new(["-- +goose up", "-- +migrate up", "-- migrate:up", "-- rambler up"]);
    // Most scripts have none of them anywhere.
    if !PARTS.any_in(sql) {
        return None;
    }
    sql.lines().find_map(|line| {
        let line = line.trim_start().to_ascii_lowercase();
        let found = MARKS.iter().find(|(mark, ..)| line.starts_with(mark));
        found.map(|(_, tool, sign)| (*tool, *sign))
    })
}

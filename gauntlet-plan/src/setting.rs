//! The keys of `gauntlet.toml`, which the command and the macros read.

/// The name of the file, in the folder of the crate.
pub const SETTINGS_FILE: &str = "gauntlet.toml";

/// The keys of the file: the arguments of a suite that are values, and the choice among its checks.
pub const SETTINGS: &[&str] = &[
    "migrations",
    "model",
    "db",
    "setup",
    "as_role",
    "isolation",
    "irreversible",
    "downgrade_floor",
    "baseline",
    "shipped",
    "strict",
    "partitions",
    "ignore",
    "ignore_tables",
    "naming",
    "locks",
    "populated",
    "interrupted",
    "queries",
    "compat",
    "seeds",
    "budget",
    "timeout",
    "skip",
    "only",
];

/// A file with every key, in the order of [`SETTINGS`]: the tests of the command and of the macros read it.
#[doc(hidden)]
pub const EVERY_SETTING: &str = r#"
migrations = "db"
model = ["a.sql", "b.sql"]
db = "postgres://localhost/x"
setup = "setup.sql"
as_role = "app"
isolation = "schema"
irreversible = [1, "2b"]
downgrade_floor = 3
baseline = { file = "schema_2024.sql", at = 3 }
shipped = { git = "origin/main", healed = [4], folder = "old" }
strict = true
partitions = true
ignore = ["comments", "columns.compression"]
ignore_tables = ["audit_*"]
naming = { index = ["ix_*"], check = "any", except = ["old"] }
locks = { all = true, allow = ["settings"], max_rows = 1000 }
populated = { all = false, allow = [1] }
interrupted = { allow = [1] }
queries = { files = "queries/*.sql", texts = ["SELECT 1"], except = [".sqlx/query-1*"] }
compat = "v1.2.0"
seeds = { folder = "seeds", required = "all" }
budget = "30s"
timeout = "10m"
skip = "naming"
only = []
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_line() {
        let keys = EVERY_SETTING.lines().filter_map(|line| line.split_once(" = "));
        assert_eq!(keys.map(|(key, _)| key).collect::<Vec<_>>(), SETTINGS);
    }
}

//! The list of the arguments of `migration_suite`.

/// One form of an argument, with what the guides say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// An example of its use: `model = "schema.sql"`.
    pub example: &'static str,
    /// The default, in Markdown.
    pub default: &'static str,
    /// What it takes and means, in Markdown.
    pub meaning: &'static str,
}

macro_rules! arguments {
    ($($variant:ident = $name:literal {
        $($example:literal, $default:literal, $meaning:literal;)+
    })*) => {
        /// An argument of `migration_suite`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Argument { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl Argument {
            /// Every argument, in the order in which the guides list them.
            pub const ALL: &[Argument] = &[$(Argument::$variant,)*];

            /// The name by which it is given.
            pub const fn name(self) -> &'static str {
                match self { $(Argument::$variant => $name,)* }
            }

            /// Its forms: `name = value`, and for some `name(...)`.
            pub const fn forms(self) -> &'static [Form] {
                match self {
                    $(Argument::$variant => &[
                        $(Form { example: $example, default: $default, meaning: $meaning },)+
                    ],)*
                }
            }
        }
    };
}

arguments! {
    Migrations = "migrations" {
        "migrations = \"migrations\"", "the folder that `sqlx.toml` names, or `\"migrations\"`",
        "the folder of the migrations; `[\"core/migrations\", \"jobs/migrations\"]`, several histories of one database in this order; `merged([\"a\", \"b\"])`, folders that are deployed as one; or an expression: a sqlx `Migrator`, `gauntlet::engines::Sqlx::folder(\"db\")`, an engine of your own";
    }
    Model = "model" {
        "model = \"schema.sql\"", "none",
        "the schema that you expect at head: a SQL file, a folder of them, `gauntlet::models![User, Order]`, a tuple of these, or an expression";
    }
    Db = "db" {
        "db = gauntlet::db::auto()", "`gauntlet::db::auto()`",
        "the server: a URL, or an expression such as `gauntlet::db::env(\"VAR\")` or `gauntlet::db::embedded()`";
        "db(pg15 = gauntlet::db::embedded().version(15))", "one server",
        "several servers, `db(pg15 = gauntlet::db::embedded().version(15), staging = optional(gauntlet::db::env(\"STAGING_URL\")))`: a submodule of tests for each";
    }
    Setup = "setup" {
        "setup = \"setup.sql\"", "none",
        "a SQL file that runs in each isolated database before the first migration, as the role of the URL";
    }
    Isolation = "isolation" {
        "isolation = \"schema\"", "`\"database\"` where the role may create databases, otherwise `\"schema\"`",
        "what each test gets for itself: `\"database\"` or `\"schema\"`";
    }
    Irreversible = "irreversible" {
        "irreversible = [20240105]", "none",
        "versions that have no way back on purpose, `[20240105, 20240106]`, or `all`";
    }
    DowngradeFloor = "downgrade_floor" {
        "downgrade_floor = 20240105", "none",
        "a version: it and those before it are never reverted";
    }
    Baseline = "baseline" {
        "baseline = \"baseline/20240105_schema.sql\"", "none, a new database is empty",
        "a SQL file with the schema of the versions up to the one that its name begins with: tests start from it, and judge the versions above";
        "baseline(file = \"schema_2024.sql\", at = 20240105)", "the number at the beginning of the file's name",
        "the same, and the last version that the file stands for";
    }
    Shipped = "shipped" {
        "shipped = git(\"origin/main\")", "nothing is known to have shipped",
        "what some deployed database has applied already: `git(\"origin/main\")`, `git(\"v1.2.0\")`, `lock(\"migrations/gauntlet.lock\")`, or a version, with all at or below it";
        "shipped(git = \"origin/main\", healed = [20240105])", "nothing",
        "the same with more: `git` or `lock`; `healed`, versions that were changed on purpose; `folder`, the folder of the migrations at the git ref";
    }
    Strict = "strict" {
        "strict = true", "`false`",
        "`true`: notes fail as well";
    }
    Partitions = "partitions" {
        "partitions = true", "`false`",
        "`true`: partitions of head are compared with the model as well; versions of one history are always compared with them";
    }
    IgnoreTables = "ignore_tables" {
        "ignore_tables = [\"spatial_ref_sys\"]", "none",
        "globs of tables that no check compares: `[\"spatial_ref_sys\", \"events_*\"]`";
    }
    Ignore = "ignore" {
        "ignore = path::to::function", "none",
        "a function `fn(&gauntlet::catalog::Difference) -> bool` that returns `true` for the differences to ignore";
        "ignore(comments, grants)", "nothing",
        "what to leave out of every comparison: `comments`, `grants`, `owners`, `column_order`, `server_defaults`, `security_labels`, `storage_parameters`, a kind of object (`event_triggers`), or an attribute of one (`columns.compression`)";
    }
    Naming = "naming" {
        "naming = my_rules()", "`gauntlet::naming::NamingRules::default()`",
        "the rules of the check `naming`";
        "naming(index = [\"idx_*\"], except = [\"old_idx\"])", "nothing",
        "rules for single kinds of names, and exceptions: `naming(index = [\"idx_*\", \"*_idx\"], check = any, except = [\"old_idx\"])`";
    }
    Locks = "locks" {
        "locks = all", "new versions, no exceptions",
        "`all`: the check `locks` judges every version, whatever has shipped";
        "locks(allow = [\"settings\"], max_rows = 1000)", "nothing",
        "tables that may be locked for as long as it takes: globs on their names, and those with at most so many rows; `locks(all, allow = [\"settings\"])` judges every version";
    }
    Populated = "populated" {
        "populated = all", "new versions, no exceptions",
        "`all`: the check `populated` judges every version, whatever has shipped";
        "populated(allow = [20240105])", "nothing",
        "versions that may fail on generated rows, because production has no such rows; `populated(all, allow = [20240105])` judges every version";
    }
    Interrupted = "interrupted" {
        "interrupted = all", "new versions, no exceptions",
        "`all`: the check `interrupted` judges every version, whatever has shipped";
        "interrupted(allow = [20240105])", "nothing",
        "versions that need not be able to run again after they were cut off; `interrupted(all, allow = [20240105])` judges every version";
    }
    Queries = "queries" {
        "queries = \"queries/*.sql\"", "those in the folders `.sqlx` of the crate and its workspace",
        "queries of the program that `.sqlx` does not have: a glob of SQL files, or a list of queries, `[\"SELECT id FROM users\"]` or an expression";
        "queries(files = \"queries/*.sql\", except = [\".sqlx/query-1a2b*\"])", "nothing",
        "the same with more: `files`, `texts`, and globs of the files whose queries are not checked";
    }
    Compat = "compat" {
        "compat = \"v1.2.0\"", "the git ref of `shipped`",
        "the git ref of the program that is deployed, whose queries the check `compat` prepares";
    }
    Seeds = "seeds" {
        "seeds = \"seeds\"", "none",
        "a folder of SQL files with rows, one a version and named after it: `seeds/20240105_add_status.sql` is planted right after its version, `….before.sql` before it";
        "seeds(folder = \"seeds\", required = 20240105)", "no version",
        "the same, and the versions that have to have a file: this one and those after it, or `all`";
    }
    Checks = "checks" {
        "checks = [\"consistency\"]", "`all`",
        "the checks that are generated at all: `none`, `all`, or a list of checks and groups, `[\"consistency\"]`";
    }
    Budget = "budget" {
        "budget = \"30s\"", "unlimited",
        "how long all ups may take together: `\"30s\"`";
    }
    Timeout = "timeout" {
        "timeout = \"10m\"", "`\"10m\"`",
        "how long one up or down may take before the test ends with an error that says what it was at: `\"10m\"`";
    }
    AsRole = "as_role" {
        "as_role = \"app_owner\"", "the role of the URL",
        "the role that runs the migrations, such as `\"app_owner\"`; on the embedded server the default is a superuser";
    }
    Suite = "suite" {
        "suite = SUITE", "a suite with every default",
        "a `gauntlet::Suite`, or a function that makes one, to start from: what several modules share";
    }
    Crate = "crate" {
        "crate = path::to::gauntlet", "`::gauntlet`",
        "the path of this crate, if it is renamed";
    }
}

impl Argument {
    /// The argument of this name.
    pub fn named(name: &str) -> Option<Argument> {
        Argument::ALL.iter().copied().find(|argument| argument.name() == name)
    }

    /// The names of all arguments.
    pub fn names() -> Vec<&'static str> {
        Argument::ALL.iter().map(|argument| argument.name()).collect()
    }

    /// An example of its use as `name = value`.
    pub const fn example(self) -> &'static str {
        self.forms()[0].example
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_begins_with_its_argument() {
        for argument in Argument::ALL {
            for form in argument.forms() {
                assert!(form.example.starts_with(argument.name()), "{}", form.example);
            }
            assert!(argument.example().contains(" = "));
            assert_eq!(Argument::named(argument.name()), Some(*argument));
        }
    }
}

//! Histories with what real ones have beyond clean changes of tables: every tenth version has some of it.

use std::fmt;

use super::generator::{Generator, Version};

/// What a history has beyond clean changes of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// Nothing.
    Plain,
    /// Downs that fail, that forget something, and that restore something else, in turn.
    Faulty,
    /// Labels that are added to an enum, and stay.
    Labels,
    /// Tables, columns and indexes that get another name.
    Renames,
    /// Roles.
    Roles,
    /// Roles, and faulty downs in other versions.
    FaultyWithRoles,
    /// Views and functions of some hundred lines.
    Bodies,
    /// Partitioned tables.
    Partitions,
    /// Every version has a table of its own, into which a seed puts rows.
    Seeds,
}

impl Variant {
    pub(crate) const ALL: [Variant; 9] = [
        Variant::Plain,
        Variant::Faulty,
        Variant::Labels,
        Variant::Renames,
        Variant::Roles,
        Variant::FaultyWithRoles,
        Variant::Bodies,
        Variant::Partitions,
        Variant::Seeds,
    ];

    /// The same without faulty downs.
    pub(crate) fn clean(self) -> Variant {
        match self {
            Variant::Faulty => Variant::Plain,
            Variant::FaultyWithRoles => Variant::Roles,
            clean => clean,
        }
    }

    /// The history of this variant.
    pub(crate) fn history(self, versions: usize, seed: u64) -> History {
        let mut generator = Generator::new(seed);
        let mut history = History::default();
        for index in 0..versions {
            let mut version = generator.version(index);
            self.add(&mut generator, index, &mut version, &mut history);
            history.versions.push(version);
        }
        history
    }

    fn add(
        self,
        generator: &mut Generator,
        index: usize,
        version: &mut Version,
        history: &mut History,
    ) {
        let (turn, tenth) = (index / 10, index % 10 == 7);
        let (up, down) = match self {
            Variant::Plain => return,
            Variant::Seeds => {
                let table = format!("seeded_{index}");
                let rows = format!(
                    "INSERT INTO {table} (note) SELECT 'note ' || n FROM generate_series(1, 20) n;\n"
                );
                history.seeds.push((version.number, rows));
                (
                    format!(
                        "CREATE TABLE {table} (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);\n"
                    ),
                    format!("DROP TABLE {table};\n"),
                )
            }
            Variant::FaultyWithRoles if index % 10 == 3 => role(generator, index),
            Variant::Labels if index == 0 => (
                "CREATE TYPE state AS ENUM ('new');\nCREATE TABLE states (state state DEFAULT 'new');\n"
                    .into(),
                "DROP TABLE states;\nDROP TYPE state;\n".into(),
            ),
            _ if !tenth => return,
            Variant::Faulty | Variant::FaultyWithRoles => {
                history.faulty.push(version.number);
                fault(generator, turn, index)
            }
            Variant::Labels => {
                (format!("ALTER TYPE state ADD VALUE IF NOT EXISTS 'state {index}';\n"), String::new())
            }
            Variant::Renames => match turn % 3 {
                0 => generator.rename_table(index),
                1 => generator.rename_column(index),
                _ => generator.rename_index(),
            },
            Variant::Roles => role(generator, index),
            Variant::Bodies => body(turn, index),
            Variant::Partitions => partitions(index),
        };
        version.up.push_str(&up);
        version.down.insert_str(0, &down);
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Variant::Plain => "plain",
            Variant::Faulty => "faulty downs",
            Variant::Labels => "labels",
            Variant::Renames => "renames",
            Variant::Roles => "roles",
            Variant::FaultyWithRoles => "faulty downs, roles",
            Variant::Bodies => "large bodies",
            Variant::Partitions => "partitions",
            Variant::Seeds => "seeds",
        })
    }
}

/// A generated history.
#[derive(Default)]
pub(crate) struct History {
    pub(crate) versions: Vec<Version>,
    /// The rows that are planted at a version.
    pub(crate) seeds: Vec<(i64, String)>,
    /// The versions whose downs are wrong.
    pub(crate) faulty: Vec<i64>,
}

fn fault(generator: &Generator, turn: usize, index: usize) -> (String, String) {
    let table = generator.first_table();
    match turn % 3 {
        0 => (
            format!("CREATE TABLE fails_{index} (id integer);\n"),
            format!("DROP TABLE fails_{index};\nDROP TABLE failed_{index};\n"),
        ),
        1 => (format!("CREATE TABLE stays_{index} (id integer PRIMARY KEY);\n"), String::new()),
        _ => (
            format!(
                "ALTER TABLE {table} ALTER created_at SET DEFAULT '2020-01-01'::date + {index};\n"
            ),
            format!(
                "ALTER TABLE {table} ALTER created_at SET DEFAULT '2019-01-01'::date + {index};\n"
            ),
        ),
    }
}

fn role(generator: &Generator, index: usize) -> (String, String) {
    let (role, table) = (format!("gauntlet_bench_{index}"), generator.first_table());
    (
        format!("CREATE ROLE {role};\nGRANT SELECT ON {table} TO {role};\n"),
        format!("REVOKE SELECT ON {table} FROM {role};\nDROP ROLE {role};\n"),
    )
}

fn body(turn: usize, index: usize) -> (String, String) {
    let lines = |line: &dyn Fn(usize) -> String, separator: &str| -> String {
        (0..200).map(line).collect::<Vec<_>>().join(separator)
    };
    if turn.is_multiple_of(2) {
        let selects = lines(
            &|n| format!("SELECT {n} AS number, 'the text of line {n}'::text AS line"),
            " UNION ALL\n",
        );
        (
            format!("CREATE VIEW large_{index} AS\n{selects};\n"),
            format!("DROP VIEW large_{index};\n"),
        )
    } else {
        let steps =
            lines(&|n| format!("    total := total + {n} * length('the text of line {n}');"), "\n");
        (
            format!(
                "CREATE FUNCTION large_{index}() RETURNS integer LANGUAGE plpgsql AS $$\nDECLARE total integer := 0;\nBEGIN\n{steps}\n    RETURN total;\nEND $$;\n"
            ),
            format!("DROP FUNCTION large_{index}();\n"),
        )
    }
}

fn partitions(index: usize) -> (String, String) {
    let months: Vec<String> = (1..=12)
        .map(|month| {
            let (year, next) = if month == 12 { (2025, 1) } else { (2024, month + 1) };
            format!(
                "CREATE TABLE events_{index}_{month} PARTITION OF events_{index} FOR VALUES FROM ('2024-{month:02}-01') TO ('{year}-{next:02}-01');\n"
            )
        })
        .collect();
    let months = months.concat();
    (
        format!(
            "CREATE TABLE events_{index} (at date NOT NULL, kind text) PARTITION BY RANGE (at);\nCREATE INDEX ON events_{index} (kind);\n{months}"
        ),
        format!("DROP TABLE events_{index};\n"),
    )
}

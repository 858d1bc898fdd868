//! Generated schemas with constraints of every kind. Everything follows from a seed.

use std::fmt::Write as _;

use fastrand::Rng;

use crate::support::generated::{often, pick};

/// A script that makes the tables of a schema.
pub(super) fn schema(random: &mut Rng) -> String {
    let mut sql = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN short_code AS text CHECK (VALUE ~ '^[A-Z]{2}[0-9]{2,4}$');
CREATE DOMAIN positive AS integer NOT NULL CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b text);\n"
        .to_owned();
    let tables = 3 + random.usize(..5);
    for table in 0..tables {
        self::table(random, table, &mut sql);
    }
    for table in 0..tables {
        if random.usize(..4) == 0 {
            let other = random.usize(..tables);
            let deferrable = pick(random, &["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]);
            writeln!(
                sql,
                "ALTER TABLE t{table} ADD COLUMN late bigint REFERENCES t{other} (id){deferrable};"
            )
            .unwrap();
        }
    }
    sql
}

fn table(random: &mut Rng, table: usize, sql: &mut String) {
    let key = pick(
        random,
        &[
            "bigint PRIMARY KEY",
            "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            "bigserial PRIMARY KEY",
            "bigint DEFAULT 5 PRIMARY KEY CHECK (id > 0)",
        ],
    );
    let mut parts = vec![format!("id {key}")];
    for column in 0..=random.usize(..6) {
        let name = format!("c{column}");
        let null = if often(random) { " NOT NULL" } else { "" };
        parts.push(format!("{name} {}{null}", kind(random, &name)));
    }
    if table > 0 && often(random) {
        let other = random.usize(..table);
        let null = pick(random, &["", " NOT NULL", " UNIQUE", " NOT NULL UNIQUE"]);
        parts.push(format!("r bigint{null} REFERENCES t{other} (id)"));
    }
    if random.usize(..4) == 0 {
        let null = pick(random, &["", " NOT NULL"]);
        parts.push(format!("parent bigint{null} REFERENCES t{table} (id)"));
    }
    parts.extend(
        (0..random.usize(..3)).map(|_| together(random)).collect::<std::collections::BTreeSet<_>>(),
    );
    writeln!(sql, "CREATE TABLE t{table} ({});", parts.join(", ")).unwrap();
    if random.usize(..3) == 0 {
        let unique = pick(
            random,
            &[
                "CREATE UNIQUE INDEX ON t# ((id % 1000), id)",
                "CREATE UNIQUE INDEX ON t# ((id * 2))",
                "CREATE UNIQUE INDEX ON t# (id) WHERE id > 10",
            ],
        );
        writeln!(sql, "{};", unique.replace('#', &table.to_string())).unwrap();
    }
}

/// A type, with a condition on the column.
fn kind(random: &mut Rng, name: &str) -> String {
    pick(
        random,
        &[
            "integer",
            "integer CHECK (# BETWEEN 3 AND 9)",
            "integer CHECK (# % 5 = 0)",
            "smallint CHECK (# <> 0)",
            "bigint UNIQUE",
            "numeric(6,2) CHECK (# > 1.5)",
            "double precision",
            "text",
            "text UNIQUE",
            "text CHECK (# <> '')",
            "text CHECK (length(#) BETWEEN 2 AND 10)",
            "text CHECK (# ~ '^[a-z0-9]+(-[a-z0-9]+)*$')",
            "text CHECK (# LIKE '%@%')",
            "text CHECK (# IN ('new', 'paid', 'sent'))",
            "text CHECK (# = upper(#) AND length(#) = 3)",
            "varchar(5)",
            "varchar(2) UNIQUE",
            "char(3)",
            "boolean",
            "mood",
            "mood CHECK (# <> 'sad')",
            "mood[]",
            "text[] CHECK (cardinality(#) > 0)",
            "short_code",
            "short_code UNIQUE",
            "positive",
            "pair",
            "date CHECK (# >= '2024-02-01' AND # < '2024-03-01')",
            "timestamptz DEFAULT now()",
            "timestamptz CHECK (isfinite(#))",
            "interval CHECK (# > '0')",
            "uuid UNIQUE",
            "uuid",
            "jsonb CHECK (jsonb_typeof(#) = 'object')",
            "jsonb CHECK (# ? 'kind')",
            "json",
            "bytea",
            "inet",
            "int4range CHECK (NOT isempty(#))",
            "tstzrange",
            "point",
        ],
    )
    .replace('#', name)
}

/// A condition on several columns.
fn together(random: &mut Rng) -> String {
    pick(random, &[
            "low integer NOT NULL, high integer NOT NULL, CHECK (low < high)",
            "a1 text, b1 text, CHECK (num_nonnulls(a1, b1) = 1)",
            "state text NOT NULL CHECK (state IN ('open', 'done')), done_at timestamptz, CHECK ((state = 'done') = (done_at IS NOT NULL))",
            "first text NOT NULL, last text NOT NULL, UNIQUE (first, last)",
            "begins date NOT NULL, ends date NOT NULL, CHECK (begins <= ends AND isfinite(ends))",
            "share integer NOT NULL, rest integer NOT NULL, CHECK (share + rest = 100)",
            "slot int4range NOT NULL, EXCLUDE USING gist (slot WITH &&)",
            "net numeric NOT NULL, gross numeric GENERATED ALWAYS AS (net * 1.19) STORED, CHECK (net >= 0)",
        ])
        .to_owned()
}

//! Generated schemas. Everything follows from a seed, so that a failure names what to run again.

use std::fmt::Write as _;

use fastrand::Rng;

pub(crate) fn pick<'a>(random: &mut Rng, from: &[&'a str]) -> &'a str {
    from[random.usize(..from.len())]
}

/// Two times of three.
pub(crate) fn often(random: &mut Rng) -> bool {
    random.usize(..3) > 0
}

/// A column with a type, and what fits the type.
fn column(random: &mut Rng, name: &str) -> String {
    let (data_type, default) = match random.usize(..7) {
        0 => ("integer", "7"),
        1 => ("bigint", "nextval('numbers')"),
        2 => ("text", "'it''s'"),
        3 => ("varchar(20)", "'x'"),
        4 => ("numeric(8,2)", "1.50"),
        5 => ("timestamptz", "now()"),
        _ => ("mood", "'ok'"),
    };
    let mut sql = format!("{name} {data_type}");
    if often(random) {
        sql.push_str(" NOT NULL");
    }
    if often(random) {
        write!(sql, " DEFAULT {default}").unwrap();
    }
    sql
}

/// Statements that stand alone, on tables that all schemas have.
pub(crate) fn schema(random: &mut Rng) -> Vec<String> {
    let mut all = vec![
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')".to_owned(),
        "CREATE SEQUENCE numbers".to_owned(),
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
            .to_owned(),
    ];
    let tables = 2 + random.usize(..3);
    for table in 0..tables {
        let columns: Vec<String> =
            (0..=random.usize(..5)).map(|at| column(random, &format!("c{at}"))).collect();
        all.push(format!(
            "CREATE TABLE t{table} (id integer PRIMARY KEY, n integer, {})",
            columns.join(", ")
        ));
    }
    for number in 0..6 + random.usize(..10) {
        let table = random.usize(..tables);
        all.push(extra(random, number, table, tables));
    }
    all
}

/// One more object on a table.
pub(crate) fn extra(random: &mut Rng, number: usize, table: usize, tables: usize) -> String {
    let other = random.usize(..tables);
    let sign = pick(random, &["<", ">", "<>"]);
    match random.usize(..12) {
        0 => format!(
            "CREATE INDEX i{number} ON t{table} (n {})",
            pick(random, &["", "DESC", "NULLS FIRST"])
        ),
        1 => format!("CREATE INDEX i{number} ON t{table} ((n + {number})) WHERE n {sign} 0"),
        2 => format!("CREATE UNIQUE INDEX i{number} ON t{table} USING btree (n, id)"),
        3 => format!("ALTER TABLE t{table} ADD CONSTRAINT k{number} CHECK (n {sign} {number})"),
        4 => format!(
            "ALTER TABLE t{table} ADD CONSTRAINT k{number} FOREIGN KEY (n) REFERENCES t{other} (id) {}",
            pick(random, &["", "ON DELETE CASCADE", "DEFERRABLE INITIALLY DEFERRED", "NOT VALID"])
        ),
        5 => format!("CREATE VIEW v{number} AS SELECT id, n FROM t{table} WHERE n {sign} {number}"),
        6 => format!("COMMENT ON COLUMN t{table}.n IS 'number {number}'"),
        7 => {
            format!(
                "GRANT {} ON t{table} TO pg_monitor",
                pick(random, &["SELECT", "INSERT", "ALL"])
            )
        }
        8 => format!(
            "CREATE TRIGGER r{number} BEFORE INSERT ON t{table} FOR EACH ROW EXECUTE FUNCTION touch()"
        ),
        9 => format!("CREATE POLICY p{number} ON t{table} USING (n {sign} {number})"),
        10 => format!("ALTER TABLE t{table} SET (fillfactor = {})", 50 + number),
        _ => format!("CREATE STATISTICS s{number} ON id, n FROM t{table}"),
    }
}

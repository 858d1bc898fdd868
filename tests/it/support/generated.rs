//! Generated schemas. Everything follows from a seed, so that a failure names what to run again.

use std::fmt::Write as _;

/// A small generator of numbers (`SplitMix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap_or(0)
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    pub(crate) fn often(&mut self) -> bool {
        self.below(3) > 0
    }
}

/// A column with a type, and what fits the type.
fn column(random: &mut Random, name: &str) -> String {
    let (data_type, default) = match random.below(7) {
        0 => ("integer", "7"),
        1 => ("bigint", "nextval('numbers')"),
        2 => ("text", "'it''s'"),
        3 => ("varchar(20)", "'x'"),
        4 => ("numeric(8,2)", "1.50"),
        5 => ("timestamptz", "now()"),
        _ => ("mood", "'ok'"),
    };
    let mut sql = format!("{name} {data_type}");
    if random.often() {
        sql.push_str(" NOT NULL");
    }
    if random.often() {
        write!(sql, " DEFAULT {default}").unwrap();
    }
    sql
}

/// Statements that stand alone, on tables that all schemas have.
pub(crate) fn schema(random: &mut Random) -> Vec<String> {
    let mut all = vec![
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')".to_owned(),
        "CREATE SEQUENCE numbers".to_owned(),
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
            .to_owned(),
    ];
    let tables = 2 + random.below(3);
    for table in 0..tables {
        let columns: Vec<String> =
            (0..=random.below(5)).map(|at| column(random, &format!("c{at}"))).collect();
        all.push(format!(
            "CREATE TABLE t{table} (id integer PRIMARY KEY, n integer, {})",
            columns.join(", ")
        ));
    }
    for number in 0..6 + random.below(10) {
        let table = random.below(tables);
        all.push(extra(random, number, table, tables));
    }
    all
}

/// One more object on a table.
pub(crate) fn extra(random: &mut Random, number: usize, table: usize, tables: usize) -> String {
    let other = random.below(tables);
    let sign = random.pick(&["<", ">", "<>"]);
    match random.below(12) {
        0 => format!(
            "CREATE INDEX i{number} ON t{table} (n {})",
            random.pick(&["", "DESC", "NULLS FIRST"])
        ),
        1 => format!("CREATE INDEX i{number} ON t{table} ((n + {number})) WHERE n {sign} 0"),
        2 => format!("CREATE UNIQUE INDEX i{number} ON t{table} USING btree (n, id)"),
        3 => format!("ALTER TABLE t{table} ADD CONSTRAINT k{number} CHECK (n {sign} {number})"),
        4 => format!(
            "ALTER TABLE t{table} ADD CONSTRAINT k{number} FOREIGN KEY (n) REFERENCES t{other} (id) {}",
            random.pick(&["", "ON DELETE CASCADE", "DEFERRABLE INITIALLY DEFERRED", "NOT VALID"])
        ),
        5 => format!("CREATE VIEW v{number} AS SELECT id, n FROM t{table} WHERE n {sign} {number}"),
        6 => format!("COMMENT ON COLUMN t{table}.n IS 'number {number}'"),
        7 => {
            format!("GRANT {} ON t{table} TO pg_monitor", random.pick(&["SELECT", "INSERT", "ALL"]))
        }
        8 => format!(
            "CREATE TRIGGER r{number} BEFORE INSERT ON t{table} FOR EACH ROW EXECUTE FUNCTION touch()"
        ),
        9 => format!("CREATE POLICY p{number} ON t{table} USING (n {sign} {number})"),
        10 => format!("ALTER TABLE t{table} SET (fillfactor = {})", 50 + number),
        _ => format!("CREATE STATISTICS s{number} ON id, n FROM t{table}"),
    }
}

//! Generated schemas and generated changes: the differ says `same` exactly when `pg_dump` does.
//!
//! Everything follows from a seed, so that a failure names what to run again.

use std::fmt::Write as _;

use gauntlet_runtime::catalog::{Catalog, DiffOptions, ReadOptions};
use gauntlet_runtime::isolation::{Isolation, Sandbox};

use crate::support::area::run;
use crate::support::oracle::{
    dump, essence, load, major, on_all_servers, pg_dump_for, reloaded, servers,
};

/// The number of pairs of schemas on each server: fewer where one server is tested.
fn pairs() -> u64 {
    if on_all_servers() { 12 } else { 4 }
}

/// A small generator of numbers (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap_or(0)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn often(&mut self) -> bool {
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
fn schema(random: &mut Random) -> Vec<String> {
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
fn extra(random: &mut Random, number: usize, table: usize, tables: usize) -> String {
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

/// The same schema, or one with a single statement left out, another, or more.
fn changed(random: &mut Random, schema: &[String]) -> Vec<String> {
    let mut changed = schema.to_vec();
    let extras = changed.iter().position(|sql| !sql.starts_with("CREATE T")).unwrap_or(0);
    let extras = extras
        .max(changed.iter().rposition(|sql| sql.starts_with("CREATE TABLE")).unwrap_or(0) + 1);
    match random.below(4) {
        0 => {}
        1 => {
            let at = extras + random.below(changed.len() - extras);
            changed.remove(at);
        }
        2 => {
            let at = extras + random.below(changed.len() - extras);
            changed[at] = extra(random, 100 + at, 0, 1);
        }
        _ => changed.push(extra(random, 200, 0, 1)),
    }
    changed
}

#[test]
fn pg_dump_agrees_on_generated_schemas() {
    run(async {
        let options = DiffOptions::new().partition_children(true);
        let mut wrong = Vec::new();
        for server in servers().await {
            let Some(program) = pg_dump_for(&server) else {
                eprintln!("no pg_dump for PostgreSQL {}: not asked", major(&server));
                continue;
            };
            let model =
                Sandbox::create(&server, Some(Isolation::Database), "reloaded").await.unwrap();
            let mut empty = model.connect().await.unwrap();
            for seed in 0..pairs() {
                let mut random = Random(seed);
                let a = schema(&mut random);
                let b = changed(&mut random, &a);
                let mut sides = Vec::new();
                for statements in [&a, &b] {
                    let sandbox = Sandbox::create(&server, Some(Isolation::Database), "generated")
                        .await
                        .unwrap();
                    let mut conn = sandbox.connect().await.unwrap();
                    load(&mut conn, &statements.join(";\n")).await.unwrap();
                    let catalog = Catalog::read(&mut conn, &ReadOptions::database()).await.unwrap();
                    drop(conn);
                    let text = dump(&program, &sandbox).await;
                    sandbox.close().await.unwrap();
                    let problems = reloaded(&mut empty, &text, &catalog).await;
                    if !problems.is_empty() {
                        wrong.push(format!(
                            "seed {seed} on {}: once its dump is loaded {}",
                            major(&server),
                            problems.join("\n")
                        ));
                    }
                    sides.push((catalog, essence(&text)));
                }
                let same = sides[0].1 == sides[1].1;
                let differences = sides[0].0.diff_with(&sides[1].0, &options).differences;
                if same != differences.is_empty() {
                    wrong.push(format!(
                        "seed {seed} on {}: pg_dump says {}, we tell {differences:?}\n{b:#?}",
                        major(&server),
                        if same { "same" } else { "differ" },
                    ));
                }
            }
            drop(empty);
            model.close().await.unwrap();
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

//! The walk in segments finds what the walk in one database finds, in the same words and the same order.

use std::collections::BTreeSet;

use gauntlet_runtime::checks::Check::Stairway;
use gauntlet_runtime::finding::{Fact, Report};
use gauntlet_runtime::history::Irreversible;
use gauntlet_runtime::isolation::Isolation::{Database, Schema};
use gauntlet_runtime::stage::Seed;
use gauntlet_runtime::suite::Suite;

use super::variants::{case, versions};
use crate::support::histories::Variant;
use crate::support::oracle::{Extent, extent};
use crate::support::{Case, printed};

#[test]
fn generated_histories() {
    let step = if extent() == Extent::Sample { 4 } else { 1 };
    for (seed, variant) in (70..).zip(Variant::ALL).step_by(step) {
        let history = variant.history(versions(variant), seed);
        let walk = |settings: fn(Suite) -> Suite| {
            let case = case(&history.versions, &history.seeds).with(settings);
            printed(&case.report(Database))
        };
        let whole = walk(|suite| suite.segments(1));
        assert_eq!(walk(|suite| suite.segments(3)), whole, "{variant}, in segments");
        let read = walk(|suite| suite.segments(2).reads_everything());
        assert_eq!(read, whole, "{variant}, each look a full read");
    }
}

/// The text of a walk in so many segments.
fn text(files: &str, settings: fn(Suite) -> Suite, segments: usize) -> String {
    let case = Case::new(Stairway, files).with(settings);
    printed(&case.with(move |suite| suite.segments(segments)).report(Database))
}

/// The same text in any number of segments, with this part.
#[track_caller]
fn same(files: &str, settings: fn(Suite) -> Suite, part: &str) {
    let whole = text(files, settings, 1);
    assert!(whole.contains(part), "{part} is missing:\n{whole}");
    let tried: &[usize] = if extent() == Extent::Sample { &[3] } else { &[2, 5] };
    for &segments in tried {
        assert_eq!(text(files, settings, segments), whole, "in {segments} segments");
    }
}

/// A version that makes a table of this name.
fn table(number: usize, name: &str) -> String {
    format!(
        "--- {number}_{name}.up.sql\nCREATE TABLE {name} (id int);\n--- {number}_{name}.down.sql\nDROP TABLE {name};\n"
    )
}

/// Tables with these numbers.
fn tables(numbers: std::ops::RangeInclusive<usize>) -> String {
    numbers.map(|number| table(number, &format!("t{number}"))).collect()
}

#[test]
fn an_up_that_fails_ends_the_walk() {
    let tried: &[usize] = if extent() == Extent::Sample { &[7] } else { &[1, 7, 12] };
    for &failing in tried {
        let mut files = String::new();
        if failing > 1 {
            files += &tables(1..=failing - 1);
        }
        files += &format!(
            "--- {failing}_wrong.up.sql\nCREATE TABLE wrong (id nothing);\n--- {failing}_wrong.down.sql\nDROP TABLE wrong;\n"
        );
        files += &tables(failing + 1..=12);
        same(&files, |suite| suite, "the up of ");
    }
}

#[test]
fn a_transaction_that_is_left_open_ends_the_walk() {
    let open = "--- 8_open.up.sql\n-- no-transaction\nBEGIN;\nCREATE TABLE open (id int);\n--- 8_open.down.sql\nDROP TABLE open;\n";
    let files = tables(1..=7) + open + &tables(9..=12);
    same(&files, |suite| suite, "leaves a transaction open");
}

#[test]
fn sessions() {
    // What is left in a session is known in all segments behind it.
    let set = "--- 2_set.up.sql\nSET app.name = 'a';\nCREATE TABLE named (id int);\n--- 2_set.down.sql\nDROP TABLE named;\nSET lock_timeout = 7;\n";
    let needs = "--- 8_needs.up.sql\nCREATE TABLE needs AS SELECT current_setting('app.name') AS name;\n--- 8_needs.down.sql\nDROP TABLE needs;\n";
    let files = tables(1..=1) + set + &tables(3..=7) + needs + &tables(9..=12);
    same(&files, |suite| suite, "the up of 8_needs fails when it is deployed alone");
    // The schema at head is another one where all run in one session.
    let depends = "--- 8_depends.up.sql\nDO $$ BEGIN IF current_setting('app.name', true) = 'a' THEN CREATE TABLE more (id int); END IF; END $$;\n--- 8_depends.down.sql\nDROP TABLE IF EXISTS more;\n";
    let files = tables(1..=1) + set + &tables(3..=7) + depends + &tables(9..=12);
    same(&files, |suite| suite, "when all versions are deployed in one session");
    let notes = (1..=12).map(|number| {
        let set = if number % 3 == 0 { "SET lock_timeout = 9;\n" } else { "" };
        let down = if number % 4 == 0 { "SET lock_timeout = 8;\n" } else { "" };
        format!("--- {number}_n.up.sql\n{set}CREATE TABLE n{number} (id int);\n--- {number}_n.down.sql\n{down}DROP TABLE n{number};\n")
    });
    same(&notes.collect::<String>(), |suite| suite, "7 scripts leave the setting lock_timeout");
}

#[test]
fn what_is_ignored_is_counted_once() {
    let comments = (1..=12).map(|number| {
        format!("--- {number}_c.up.sql\nCREATE TABLE c{number} (id int);\nCOMMENT ON TABLE c1 IS 'now {number}';\n--- {number}_c.down.sql\nDROP TABLE c{number};\n")
    });
    let files: String = comments.collect();
    same(&files, |suite| suite.ignore_kinds(["comments"]), "the rule `ignore(comments)` ignored");
    same(&files, |suite| suite.downgrade_floor(7), "8_c does not restore the schema");
    same(
        &files,
        |suite| suite.irreversible(Irreversible::versions([3, 9])),
        "8_c does not restore the schema",
    );
}

#[test]
fn rows_and_seeds() {
    let files = tables(1..=5)
        + "--- 6_fill.up.sql\nUPDATE t2 SET id = id + 1;\nALTER TABLE t2 ADD n int;\n--- 6_fill.down.sql\nALTER TABLE t2 DROP n;\n"
        + &tables(7..=9)
        + "--- 10_unique.up.sql\nCREATE UNIQUE INDEX ON t2 (id);\n--- 10_unique.down.sql\nDELETE FROM t2;\nDROP INDEX t2_id_idx;\nINSERT INTO t2 (id) VALUES (1), (1);\n"
        + &tables(11..=12);
    let seeds: fn(Suite) -> Suite = |suite| {
        suite
            .seed_at(2, Seed::sql("INSERT INTO t2 VALUES (1), (2)"))
            .seed_at(8, Seed::sql("INSERT INTO t2 (id) VALUES (9)"))
    };
    same(&files, seeds, "10_unique");
    let fails: fn(Suite) -> Suite =
        |suite| suite.seed_at(7, Seed::sql("INSERT INTO nowhere VALUES (1)"));
    same(&files, fails, "nowhere");
}

/// The databases in which the downs of a history say that they ran.
fn databases(report: &Report) -> BTreeSet<String> {
    let messages =
        report.findings.iter().flat_map(|finding| &finding.facts).filter_map(|fact| match fact {
            Fact::Database(message) => Some(message.message.clone()),
            _ => None,
        });
    messages.collect()
}

#[test]
fn a_segment_has_a_database_of_its_own() {
    let says = |number: usize| {
        format!(
            "--- {number}_d.up.sql\nCREATE TABLE d{number} (id int);\n--- {number}_d.down.sql\nDO $$ BEGIN RAISE EXCEPTION 'in % %', current_database(), current_schema(); END $$;\n"
        )
    };
    let files = (1..=12).map(says).collect::<Vec<_>>().concat();
    let count = |files: &str, isolation, settings: fn(Suite) -> Suite| {
        databases(&Case::new(Stairway, files).with(settings).report(isolation)).len()
    };
    assert_eq!(count(&files, Database, |suite| suite.segments(1)), 1);
    assert_eq!(count(&files, Database, |suite| suite.segments(3)), 3);
    // By itself, so short a history is not cut.
    assert_eq!(count(&files, Database, |suite| suite), 1);
    // Where a copy would not be like the original, nothing is copied.
    assert_eq!(count(&files, Schema, |suite| suite.segments(3)), 1);
    let budget: fn(Suite) -> Suite =
        |suite| suite.segments(3).budget(std::time::Duration::from_secs(99));
    assert_eq!(count(&files, Database, budget), 1);
    let code: fn(Suite) -> Suite =
        |suite| suite.segments(3).seed_at(1, Seed::run(async |_| Ok(())));
    assert_eq!(count(&files, Database, code), 1);
    let role = files.clone()
        + "--- 13_r.up.sql\nCREATE ROLE gauntlet_segment;\n--- 13_r.down.sql\nDROP ROLE gauntlet_segment;\n";
    assert_eq!(count(&role, Database, |suite| suite.segments(3)), 1);
}

//! Parents and partitions: what changes in them changes in what inherits from them.

use gauntlet_runtime::isolation::{Isolation, Sandbox};

use super::catalogs::{catalog_of, mended, read};
use crate::support::area::run;
use crate::support::oracle::{load, servers};

/// The plans between two schemas, forth and back.
#[track_caller]
fn forth_and_back(one: &str, other: &str) {
    run(async {
        let server = servers().await.pop().unwrap();
        for (before, after) in [(one, other), (other, one)] {
            let wanted = catalog_of(&server, after).await;
            let sandbox = Sandbox::create(&server, Some(Isolation::Database), "ddl").await.unwrap();
            let mut conn = sandbox.connect().await.unwrap();
            load(&mut conn, before).await.unwrap();
            let found = read(&mut conn).await;
            let wrong = mended(&mut conn, &wanted, &found).await;
            drop(conn);
            sandbox.close().await.unwrap();
            assert_eq!(wrong, [] as [String; 0], "from\n{before}\nto\n{after}");
        }
    });
}

#[test]
fn a_column_of_another_type_or_name() {
    let partitioned = "CREATE TABLE p (id int NOT NULL, v text) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (5);";
    forth_and_back(partitioned, &partitioned.replace("v text", "v varchar(10)"));
    forth_and_back(partitioned, &partitioned.replace("v text", "w text"));
    let inherited = "CREATE TABLE a (x int); CREATE TABLE b (y int) INHERITS (a); CREATE TABLE c () INHERITS (b);";
    forth_and_back(inherited, &inherited.replace("x int", "x bigint"));
    forth_and_back(inherited, &inherited.replace("x int", "z int"));
}

#[test]
fn a_type_that_is_made_again() {
    let kinds = "CREATE TYPE k AS ENUM ('a', 'b');
CREATE TABLE p (id int NOT NULL, v k DEFAULT 'b') PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (5);
CREATE TABLE t (v k); CREATE TABLE t1 () INHERITS (t);";
    forth_and_back(kinds, &kinds.replace("'a', 'b'", "'b'"));
}

#[test]
fn values_that_another_partition_takes() {
    forth_and_back(
        "CREATE TABLE p (id int, k text) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('a', 'b');
CREATE TABLE p2 (id int, k text);",
        "CREATE TABLE p (id int, k text) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('a', 'c');
CREATE TABLE p2 PARTITION OF p FOR VALUES IN ('b');",
    );
}

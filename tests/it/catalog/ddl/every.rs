//! Every single change, of [`mutations`](crate::support::mutations): mended in both directions, and written as a script.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gauntlet_runtime::catalog::Catalog;
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::repair::{ScriptOptions, mend, missed_dependents, script_with};
use gauntlet_runtime::server::Server;
use sqlx::PgConnection;

use super::catalogs::{differences, failures, mended, read};
use crate::support::area::run;
use crate::support::mutations::{Suite, drop_subscription, suites};
use crate::support::oracle::{load, major, on_each_server};

/// Plans that cannot come out whole: the change, the plan, and why PostgreSQL offers nothing for it.
const BEYOND: &[(&str, &str, &str)] = &[
    ("constraint whose index a failed build left behind", "forth", INVALID),
    ("constraint whose index a failed build left behind", "as a script", INVALID),
    ("index that a failed build left behind", "forth", INVALID),
    ("index that a failed build left behind", "as a script", INVALID),
    ("domain constraint expression", "twice", SAVEPOINT),
    ("domain constraint valid no more", "twice", SAVEPOINT),
    ("range type canonical function", "twice", SHELL),
    ("shell type completed", "twice", SHELL),
    ("table constraint triggers disabled [ours]", "as a script", SWITCHED_OFF),
    ("table constraint triggers of the other side disabled [ours]", "as a script", SWITCHED_OFF),
    ("table security label", "back", PROVIDER),
    ("table security label", "forth", PROVIDER),
    ("table security label", "as a script", PROVIDER),
    ("database security label [ours]", "back", PROVIDER),
    ("database security label [ours]", "forth", PROVIDER),
    ("database security label [ours]", "as a script", PROVIDER),
    ("column security label", "back", PROVIDER),
    ("column security label", "forth", PROVIDER),
    ("column security label", "as a script", PROVIDER),
    (
        "foreign data wrapper validator",
        "as a script",
        "the options are older than the validator that refuses them",
    ),
    ("extension version [ours]", "forth", "the machine has no such version of the extension"),
    ("extension schema [ours]", "back", FIXED),
    ("extension schema [ours]", "forth", FIXED),
    ("extension schema [ours]", "as a script", FIXED),
    ("subscription enabled [ours]", "forth", SLOTLESS),
    ("subscription enabled [ours]", "as a script", SLOTLESS),
    ("subscription failover [>=17]", "back", SLOTLESS),
    ("subscription failover [>=17]", "forth", SLOTLESS),
];

const INVALID: &str = "nothing makes an index invalid on purpose";
const SAVEPOINT: &str = "ALTER DOMAIN is refused in a block after a change of the same transaction";
const SHELL: &str = "a type that its own functions mention is dropped and made";
const SWITCHED_OFF: &str = "no script makes a foreign key that is not checked";
const PROVIDER: &str = "needs a label provider that is loaded into the server";
const FIXED: &str = "the extension of this machine refuses to move";
const SLOTLESS: &str = "refused for a subscription without a slot";

/// By hand: after the savepoint that the reader takes in a transaction of sqlx, `ALTER DOMAIN` is refused.
async fn begin(conn: &mut PgConnection) {
    load(conn, "BEGIN").await.unwrap();
}

async fn roll_back(conn: &mut PgConnection) {
    load(conn, "ROLLBACK").await.unwrap();
    load(conn, "RESET ALL").await.unwrap();
}

/// Writes the catalog as SQL, loads that, and writes it again; what went wrong, or nothing.
async fn written(conn: &mut PgConnection, catalog: &Catalog) -> Vec<String> {
    let options = ScriptOptions::new().owners(true);
    let text = script_with(catalog, options);
    if let Err(error) = load(conn, &text).await {
        return vec![format!("{error}, in:\n{text}")];
    }
    let back = read(conn).await;
    let mut left = failures(catalog, &back);
    if script_with(&back, options) != text {
        left.push(format!("written again it is another text:\n{text}"));
    }
    left
}

/// Runs the guarded plan from `base` to `changed` twice; what went wrong, or nothing.
async fn twice(conn: &mut PgConnection, changed: &Catalog, base: &Catalog) -> Vec<String> {
    let plan = mend(changed, base, &differences(changed, base)).guarded();
    for round in ["once", "again"] {
        for step in &plan.steps {
            if let Err(error) = load(conn, &step.sql).await {
                return vec![format!("{round}: {error}, at:\n{}", step.sql)];
            }
        }
    }
    failures(changed, &read(conn).await)
}

#[test]
fn every_mutation_is_mended_in_both_directions() {
    run(async {
        let count = Arc::new(AtomicUsize::new(0));
        let wrong = on_each_server(|server| {
            let count = Arc::clone(&count);
            async move {
                let mut wrong = Vec::new();
                for suite in suites() {
                    let plans = judge(&server, &suite, &mut wrong).await;
                    count.fetch_add(plans, Ordering::Relaxed);
                }
                wrong
            }
        })
        .await;
        let count = count.load(Ordering::Relaxed);
        assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
        eprintln!("{count} plans mended what they should");
    });
}

#[test]
fn every_exception_is_a_mutation() {
    let names: Vec<String> =
        suites().into_iter().flat_map(|suite| suite.mutations).map(|m| m.name).collect();
    for (name, plan, _) in BEYOND {
        assert!(names.iter().any(|n| n == name), "no mutation is called '{name}'");
        assert!(
            ["forth", "back", "twice", "as a script"].contains(plan),
            "no plan is called '{plan}'"
        );
    }
}

/// One file: the base, then each change in a transaction that is rolled back. Returns the number of plans.
async fn judge(server: &Arc<Server>, suite: &Suite, wrong: &mut Vec<String>) -> usize {
    let sandbox = Sandbox::create(server, Some(Isolation::Database), "mend").await.unwrap();
    let empty = Sandbox::create(server, Some(Isolation::Database), "script").await.unwrap();
    let mut conn = sandbox.connect().await.unwrap();
    let mut other = empty.connect().await.unwrap();
    load(&mut conn, &suite.base).await.unwrap();
    let base = read(&mut conn).await;
    let mut count = 0;
    let mut missed = Vec::new();
    for mutation in suite.sample().filter(|mutation| mutation.applies(server)) {
        let mut tell = |plan: &str, problems: Vec<String>| {
            count += 1;
            let name = format!("{} {}, {plan}", major(server), mutation.name);
            let known = |p: &str| p == plan || (plan == "twice" && p == "forth");
            let beyond = BEYOND.iter().any(|(n, p, _)| *n == mutation.name && known(p));
            match (problems.is_empty(), beyond) {
                (true, true) => wrong.push(format!("{name}: an exception that is none")),
                (false, false) => wrong.push(format!("{name}: {}", problems.join("\n"))),
                _ => {}
            }
        };

        begin(&mut conn).await;
        let changed = match load(&mut conn, &mutation.sql).await {
            Ok(()) => read(&mut conn).await,
            Err(error) => {
                roll_back(&mut conn).await;
                if !mutation.has("[may-lack]") {
                    wrong.push(format!("{} {}: {error}", major(server), mutation.name));
                }
                continue;
            }
        };
        for (dependent, need) in missed_dependents(&changed) {
            missed.push(format!("{}: that {dependent} needs {need} is not found", mutation.name));
        }
        tell("back", mended(&mut conn, &base, &changed).await);
        roll_back(&mut conn).await;

        begin(&mut conn).await;
        tell("forth", mended(&mut conn, &changed, &base).await);
        roll_back(&mut conn).await;

        begin(&mut conn).await;
        tell("twice", twice(&mut conn, &changed, &base).await);
        roll_back(&mut conn).await;

        begin(&mut other).await;
        tell("as a script", written(&mut other, &changed).await);
        roll_back(&mut other).await;
    }
    wrong.append(&mut missed);
    drop_subscription(&mut conn).await;
    drop(conn);
    drop(other);
    sandbox.close().await.unwrap();
    empty.close().await.unwrap();
    count
}

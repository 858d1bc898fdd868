//! Single changes of one object each, as data.
//!
//! A file under `mutations/` holds the SQL of a base, then one section for each change:
//!
//! ```text
//! === name [flags]
//! SQL of the change
//! --> column t.a: type
//! ```
//!
//! The lines behind `-->` are the differences that must be reported, each with object and attribute, in order.
//! Flags: `[>=15]` needs that server, `[may-lack]` is passed over where the server was built without it,
//! `[ours]` is seen by us alone. A name that begins with `same:` must differ in nothing.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gauntlet_runtime::catalog::Kind;
use gauntlet_runtime::names::quote_ident;
use gauntlet_runtime::server::Server;
use sqlx::PgConnection;

use crate::support::oracle::{Extent, data_files, extent, load, major};

pub(crate) struct Suite {
    pub(crate) file: PathBuf,
    pub(crate) base: String,
    pub(crate) mutations: Vec<Mutation>,
}

pub(crate) struct Mutation {
    pub(crate) name: String,
    pub(crate) sql: String,
    pub(crate) expected: Vec<String>,
    /// It changes an object of a kind that no mutation before it changes.
    is_new: bool,
}

impl Mutation {
    pub(crate) fn applies(&self, server: &Server) -> bool {
        let Some((_, rest)) = self.name.split_once("[>=") else { return true };
        let from: u32 = rest.split(']').next().unwrap_or_default().parse().expect("a version");
        major(server) >= from
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.name.contains(flag)
    }

    pub(crate) fn is_same(&self) -> bool {
        self.name.starts_with("same:")
    }

    /// The kinds of the objects that it changes.
    fn kinds(&self) -> impl Iterator<Item = Kind> {
        let of = |line: &String| {
            let named = |kind: &&Kind| {
                line.strip_prefix(kind.singular()).is_some_and(|rest| rest.starts_with([' ', ':']))
            };
            // A `foreign table` is none of the kind that its first word may name.
            Kind::ALL.iter().copied().filter(|kind| named(&kind)).max_by_key(|k| k.singular().len())
        };
        self.expected.iter().filter_map(of)
    }
}

impl Suite {
    /// The changes for a test that does a lot for each: the first of each kind of object, and one in so many. In short,
    /// a third of these firsts.
    pub(crate) fn sample(&self) -> impl Iterator<Item = &Mutation> {
        let (first, one_in) = match extent() {
            Extent::Sample => (3, 48),
            Extent::Long => (1, 4),
            Extent::Servers => (1, 8),
            Extent::All => (1, 1),
        };
        self.mutations.iter().filter(move |mutation| {
            let number = checksum(&mutation.name);
            mutation.is_new && number.is_multiple_of(first) || number.is_multiple_of(one_in)
        })
    }
}

/// The same number in each run, whatever stands before and after the change in its file.
fn checksum(name: &str) -> u32 {
    name.bytes().fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
}

/// The files of changes, each whole.
pub(crate) fn suites() -> Vec<Suite> {
    let mut kinds = BTreeSet::new();
    data_files("catalog/mutations", "sql")
        .into_iter()
        .map(|file| {
            let text = std::fs::read_to_string(&file).unwrap();
            let mut sections = text.split("\n=== ");
            let base = sections.next().unwrap_or_default().to_owned();
            let mutations = sections
                .map(mutation)
                .map(|mut mutation| {
                    mutation.is_new =
                        mutation.kinds().filter(|kind| kinds.insert(*kind)).count() > 0;
                    mutation
                })
                .collect();
            Suite { file, base, mutations }
        })
        .collect()
}

fn mutation(section: &str) -> Mutation {
    let (name, body) = section.split_once('\n').unwrap_or((section, ""));
    let (printed, sql): (Vec<&str>, Vec<&str>) =
        body.lines().partition(|line| line.starts_with("--> "));
    Mutation {
        name: name.to_owned(),
        sql: sql.join("\n").trim_end().to_owned(),
        expected: printed.into_iter().map(|line| line[4..].to_owned()).collect(),
        is_new: false,
    }
}

/// A database with a subscription cannot be dropped, and a subscription with a slot asks its publisher.
pub(crate) async fn drop_subscription(conn: &mut PgConnection) {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT subname::text FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid \
         WHERE d.datname = current_database()",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    for name in names {
        let name = quote_ident(&name);
        load(conn, &format!("ALTER SUBSCRIPTION {name} DISABLE; ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"))
            .await
            .unwrap();
        load(conn, &format!("DROP SUBSCRIPTION {name}")).await.unwrap();
    }
}

//! The public API: every path that a user can write, recorded in `public.txt`, and the tables of the guides.
//!
//! A change of the API is a change of that file, so that a review sees it. `UPDATE_EXPECT=1 cargo test --test api`
//! records it again.

mod crates;
mod dependencies;
mod listing;
mod tables;

use std::sync::LazyLock;

use expect_test::expect_file;

static LISTING: LazyLock<(String, Vec<String>)> = LazyLock::new(listing::of_the_facade);

#[test]
fn the_public_paths_are_those_recorded() {
    let (text, _) = &*LISTING;
    expect_file!["public.txt"].assert_eq(text);
}

/// A user can write down the type of everything that the API hands out or takes.
#[test]
fn every_type_of_a_public_signature_has_a_path() {
    let (_, unnamed) = &*LISTING;
    assert!(unnamed.is_empty(), "export these in the facade:\n{}", unnamed.join("\n"));
}

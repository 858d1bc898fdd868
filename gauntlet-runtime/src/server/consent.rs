//! Consent: a server that may be production is used only where somebody has said so.

use std::net::IpAddr;

use super::error::ServerError;
use super::handle::Server;
use super::source_context::SourceContext;
use crate::driver::{self, Connection as _};

/// The variable that holds the hosts that may be used, separated by commas.
const VARIABLE: &str = "GAUNTLET_ALLOW_HOST";

/// Words in the name of a host or database that show that it is none that a service lives from.
const HARMLESS: [&str; 12] = [
    "ci",
    "dev",
    "develop",
    "development",
    "gauntlet",
    "local",
    "localhost",
    "sandbox",
    "staging",
    "test",
    "testing",
    "tests",
];

/// Checks that tests may make databases or schemas on a server.
///
/// It needs consent if all of this is true: its host is an address or a name of a wider network than this machine's and its
/// containers'; neither the host nor the database is named like one for tests; the database holds tables.
///
/// # Errors
///
/// [`ServerError::NeedsConsent`]; also when the server cannot be asked.
pub(super) async fn given(server: &Server, context: &SourceContext) -> Result<(), ServerError> {
    let options = server.options();
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    let host = options.get_host();
    let nearby = server.is_embedded() || options.get_socket().is_some() || is_nearby(host);
    if nearby || is_for_tests(host) || is_for_tests(database) {
        return Ok(());
    }
    let allowed = context.var_os(VARIABLE).unwrap_or_default();
    if allowed.to_string_lossy().split(',').any(|one| one.trim().eq_ignore_ascii_case(host)) {
        return Ok(());
    }
    if !holds_tables(server).await? {
        return Ok(());
    }
    Err(ServerError::NeedsConsent {
        origin: server.origin().to_owned(),
        host: host.to_owned(),
        database: database.to_owned(),
    })
}

/// An address of this machine, or a name that only its own network or its containers know.
fn is_nearby(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => !host.contains('.') || host == "host.docker.internal",
    }
}

/// Whether one of the words of a name says that it is for tests.
fn is_for_tests(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| HARMLESS.iter().any(|harmless| word.eq_ignore_ascii_case(harmless)))
}

/// Whether there is a table, view or sequence that is neither the server's, nor an extension's, nor ours.
async fn holds_tables(server: &Server) -> Result<bool, ServerError> {
    let mut connection = server.connect().await?;
    let holds = driver::query_scalar(
        r"SELECT EXISTS (SELECT FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname !~ '^(pg_|gauntlet_)' AND n.nspname <> 'information_schema'
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                  AND d.deptype = 'e'))",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(|error| server.failed(error))?;
    drop(connection.close().await);
    Ok(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine_and_its_containers() {
        for near in [
            "localhost",
            "127.0.0.1",
            "127.3.2.1",
            "::1",
            "[::1]",
            "db",
            "postgres",
            "host.docker.internal",
        ] {
            assert!(is_nearby(near), "{near}");
        }
        for far in ["db.example.com", "10.0.3.7", "192.168.1.5", "2001:db8::1", "db.internal"] {
            assert!(!is_nearby(far), "{far}");
        }
    }

    #[test]
    fn names_for_tests() {
        for name in
            ["shop_test", "test", "ci-db.example.com", "Dev", "app_staging", "tests2", "db.local"]
        {
            assert!(is_for_tests(name), "{name}");
        }
        for name in ["shop", "latest", "contest", "device", "cities", "attested", "prod"] {
            assert!(!is_for_tests(name), "{name}");
        }
    }
}

//! How an embedded server is made and configured.

use std::path::Path;

/// Changes when the same binaries would make another cluster; part of the cache's key.
pub(in crate::server) const FORMAT: &str = concat!("1 ", env!("CARGO_PKG_VERSION"));

/// The port in the socket's name; the server listens on no network.
pub(in crate::server) const PORT: u16 = 5432;

/// The superuser of an embedded server.
pub(in crate::server) const SUPERUSER: &str = "postgres";

/// Options of initdb, without the directory. The first list that works is taken.
///
/// Text sorts by its bytes, the same on every machine. What is a letter follows Unicode where the system can tell,
/// so that `lower('Ä')` is `'ä'` as in production: from 17 on by PostgreSQL itself, before by the C library's `C.UTF-8`,
/// which macOS and some containers lack.
pub(in crate::server) fn initdb_options(major: u32) -> Vec<Vec<&'static str>> {
    let base = [
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-sync",
        // 1 MB instead of 16: half of the copy at every start would be empty WAL.
        "--wal-segsize=1",
        "--locale=C",
    ];
    let unicode: &[&str] = if major >= 17 {
        &["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    } else {
        &["--lc-ctype=C.UTF-8"]
    };
    vec![[&base[..], unicode].concat(), base.to_vec()]
}

/// The server's `postgresql.conf`, whole: nothing that initdb found on the machine stays in it.
///
/// Nothing here changes what a migration does or how it fails; it only takes away what makes data last, and what
/// makes a small server slow.
pub(in crate::server) fn configuration(sockets: &Path, major: u32) -> String {
    // Doubled quotes for the file's string, and double quotes inside since the value is a list.
    let sockets = sockets.display().to_string().replace('"', "\"\"").replace('\'', "''");
    let mut text = format!(
        "# Written by migration-gauntlet at every start.
listen_addresses = ''
port = {PORT}
unix_socket_directories = '\"{sockets}\"'
unix_socket_permissions = 0700
max_connections = 200
# 50,000 locks in all: a migration may touch thousands of tables in one transaction. More would cost at every start.
max_locks_per_transaction = 256

# The data need not outlive the process, let alone a power failure.
fsync = off
synchronous_commit = off
full_page_writes = off
# So that a migration can make publications and replication slots; it costs nothing while there are none.
wal_level = logical
max_wal_senders = 4
checkpoint_timeout = 1d
max_wal_size = 256MB
min_wal_size = 32MB

# Small and quiet.
shared_buffers = 32MB
# In the server's own directory, so that it goes with it.
dynamic_shared_memory_type = mmap
autovacuum = off
jit = off
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
max_logical_replication_workers = 0
log_checkpoints = off
log_min_messages = log

# The same on every machine.
lc_messages = 'C'
lc_monetary = 'C'
lc_numeric = 'C'
lc_time = 'C'
datestyle = 'iso, mdy'
timezone = 'UTC'
log_timezone = 'UTC'
default_text_search_config = 'pg_catalog.english'
"
    );
    if major >= 18 {
        // New in 18: worker processes, which cost a fork each at the start.
        text.push_str("io_method = sync\n");
    }
    text
}

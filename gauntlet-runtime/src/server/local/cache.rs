//! The folders for what should last longer than a server.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::account::Account;
use crate::server::source_context::SourceContext;

/// `GAUNTLET_CACHE_DIR`, `XDG_CACHE_HOME/gauntlet` and `~/.cache/gauntlet`, as far as they are ours to write.
pub(in crate::server) fn caches(
    context: &SourceContext,
    account: Account,
) -> impl Iterator<Item = PathBuf> + use<> {
    let places = [
        context.var_os("GAUNTLET_CACHE_DIR").map(PathBuf::from),
        context.var_os("XDG_CACHE_HOME").map(|path| PathBuf::from(path).join("gauntlet")),
        context.var_os("HOME").map(|path| PathBuf::from(path).join(".cache/gauntlet")),
    ];
    places.into_iter().flatten().filter(move |path| path.is_absolute() && is_ours(path, account))
}

/// Returns true if the directory, or the nearest one above it that exists, belongs to us. Under `sudo` a `HOME` may be
/// another user's.
pub(in crate::server) fn is_ours(path: &Path, account: Account) -> bool {
    path.ancestors()
        .find_map(|ancestor| ancestor.metadata().ok())
        .is_some_and(|metadata| metadata.is_dir() && metadata.uid() == account.user)
}

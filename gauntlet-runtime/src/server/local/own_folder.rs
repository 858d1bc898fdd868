//! A folder of this user alone, for what processes share.

use std::path::PathBuf;

use super::account::Account;
use super::area::Area;
use crate::server::source_context::SourceContext;

/// The folder in which the user's embedded servers would be, made if it does not exist. Must be called inside a tokio runtime.
pub(in crate::server) fn own_folder(context: &SourceContext) -> Option<PathBuf> {
    let account = Account::current(context).ok()?;
    Area::open(context, account).ok()?.roots().first().cloned()
}

//! The roots that a tracker has to read again.

use crate::catalog::ordered::Set;
use crate::catalog::read::addresses::Root;

/// The roots that are to be read again.
#[derive(Debug, Default)]
pub(super) struct Stale {
    pub(super) relations: Set<u32>,
    pub(super) types: Set<u32>,
    pub(super) routines: Set<u32>,
    /// Roots among them that are known to be gone, so that there is nothing to read.
    pub(super) gone: Set<Root>,
    /// The objects that have got a comment.
    pub(super) described: Set<u32>,
    /// Nothing less than everything will do.
    pub(super) everything: bool,
}

//! Where the databases of the check come from.

use crate::context::Context;
use crate::stage::{Ascent, Filling};

/// The states between the new versions, and what fills their tables.
pub(super) struct States<'w, 's> {
    pub(super) cx: &'w Context<'s>,
    pub(super) ascent: Ascent,
    pub(super) filling: Filling,
}

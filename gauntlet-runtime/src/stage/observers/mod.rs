//! The observers of a stage's steps: one file a concern, and one line in [`of_new_stage`].
//!
//! To add one (locks, sessions left behind, notices):
//!
//! 1. Write `observers/<concern>.rs` with a type that implements [`Observer`]: `before` and `after` get the connection on
//!    which the step runs; `during` runs at the same time as the step and opens a second connection with
//!    [`StepView::connect`](super::observer::StepView::connect). sqlx commits inside of a step, so locks are visible only
//!    `during` it.
//! 2. Report what it finds through [`StepView::observations`](super::observer::StepView): the check fails with it, and
//!    so does a custom test. Or keep it, and let a check ask for it through a method of [`Stage`](super::Stage).
//! 3. Add it to the list in [`of_new_stage`]. One that depends on what others did stands after them: the list is also the
//!    order of the calls. Implement `of_copy` if a copy of the database needs it as well, and `disturbed` if it remembers
//!    anything about the contents of the database.

mod outside;
mod progress;
mod roles;
mod rows;
mod seeds;
mod tracking;

use std::sync::Arc;

use super::observer::{Observer, Observers};
use super::roles::RoleGuard;
use crate::driver::PgConnection;
use crate::error::Result;
use crate::isolation::{Isolation, OwnDatabase, Sandbox};

pub(crate) use outside::once;
pub(crate) use roles::Roles;
pub use rows::Fingerprint;
pub(crate) use rows::Rows;
pub(crate) use seeds::{Seeds, plant};
pub(crate) use tracking::Tracking;

/// The observers of a stage at base. Those that follow from what the stage is there for, such as [`Tracking`], are added
/// by the stage.
pub(super) async fn of_new_stage(
    sandbox: &Sandbox,
    roles: Option<&Arc<RoleGuard>>,
    seeds: Seeds,
    (conn, bookkeeping): (&mut PgConnection, Vec<String>),
) -> Result<Observers> {
    let mut list: Vec<Box<dyn Observer>> = vec![Box::new(progress::Progress)];
    if sandbox.isolation() == Isolation::Schema {
        let own = OwnDatabase::on(sandbox.server());
        list.push(Box::new(outside::Outside::start(conn, bookkeeping, own).await?));
    }
    list.push(Box::new(seeds));
    list.push(Box::new(Rows::unknown()));
    if let Some(guard) = roles {
        list.push(Box::new(Roles::start(Arc::clone(guard)).await?));
    }
    Ok(Observers::new(list))
}

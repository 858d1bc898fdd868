//! The checks: one file or folder each. Their names and the rest of what is known of them are in the list of `gauntlet-plan`;
//! a check of the list that has no file here does not compile.
//!
//! A check returns findings and formats nothing. The values that several checks need (the catalog at head, the
//! models) come from its `context`.

mod check_constraints;
mod compat;
mod downgrade_all_the_way;
mod enum_values;
mod interrupted;
mod locks;
mod naming;
mod outcome;
mod parts;
mod populated;
mod queries;
mod shipped;
mod single_head;
mod stairway;
mod up_to_date;

pub(crate) use compat::OLD_BUILD;
pub(crate) use interrupted::NOT_TRIED;
pub(crate) use parts::bless::BLESSED;
#[doc(hidden)]
pub use parts::new_only::JUDGED;
pub(crate) use parts::not_given::NOT_GIVEN;

use std::future::Future;
use std::pin::Pin;

pub use gauntlet_plan::{Check, Group, Needs};

use self::outcome::Outcome;
use self::parts::baseline::nothing_above;
use self::parts::empty::{has_nothing_to_judge, no_migrations};
use self::parts::not_given::no_model;
use crate::context::Context;

type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

macro_rules! dispatch {
    ($($(#[$doc:meta])* $variant:ident = $module:ident { $($fact:ident: $value:ident),* })*) => {
        /// Runs a check.
        pub(crate) fn run<'a>(check: Check, cx: &'a Context<'_>) -> Running<'a> {
            type Run = for<'a> fn(&'a Context<'_>) -> Running<'a>;
            // In the order of the list, which is that of `Check::index`.
            const RUN: [Run; Check::ALL.len()] = [$(|cx| Box::pin($module::run(cx)),)*];
            // A check that has nothing to judge must not pass; `single_head` says more about the folder.
            if check != Check::SingleHead && has_nothing_to_judge(cx) {
                return Box::pin(async { Ok(vec![no_migrations(cx)]) });
            }
            if check.needs_model() && cx.settings().model.is_none() {
                return Box::pin(async { Ok(vec![no_model()]) });
            }
            if let (Needs::Downs | Needs::Reverts | Needs::New, true, Some(laid)) =
                (check.needs(), cx.history().migrations().is_empty(), &cx.project().stage.baseline)
            {
                return Box::pin(async { Ok(vec![nothing_above(laid)]) });
            }
            RUN[check.index()](cx)
        }
    };
}

gauntlet_plan::checks!(dispatch);

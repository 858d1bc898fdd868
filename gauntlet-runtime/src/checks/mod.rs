//! The checks: one file each, and one line in the list below.
//!
//! A check looks and says what it found; it formats nothing. What several checks need (the catalog at head, the
//! model) is shared by `suite`.

mod beside;
mod bless;
mod check_constraints;
mod downgrade_all_the_way;
mod drift;
mod enum_values;
mod inventory;
mod naming;
mod single_head;
mod stairway;
mod steps;
mod up_to_date;

pub(crate) use bless::BLESSED;

use std::future::Future;
use std::pin::Pin;

use crate::report::Finding;
use crate::suite::{Context, Error};

/// What a check found, or why it could not look.
pub(crate) type Outcome = Result<Vec<Finding>, CheckError>;

type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

/// Why a check could not look.
#[derive(thiserror::Error)]
pub(crate) enum CheckError {
    /// An error of its own.
    #[error(transparent)]
    Own(#[from] Error),
    /// An error of something that it shares with other checks.
    #[error(transparent)]
    Shared(#[from] std::sync::Arc<Error>),
}

impl CheckError {
    /// The step that failed, as machines want it: with version, file and line.
    pub(crate) fn step(&self) -> Option<Finding> {
        let error = match self {
            CheckError::Own(error) => error,
            CheckError::Shared(error) => error,
        };
        let Error::Step(step) = error else { return None };
        let title = format!("the {} of {} fails", step.direction, step.version);
        Some(Finding::step(step.direction.failure(), title, step))
    }
}

impl std::fmt::Debug for CheckError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CheckError::Own(error) => write!(f, "{error:?}"),
            CheckError::Shared(error) => write!(f, "{error:?}"),
        }
    }
}

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident = $module:ident, model: $model:literal;)*) => {
        /// A generated test. One name everywhere: the test function, the name in `skip`, the file under
        /// `checks/`, the heading in the guide.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Check { $($(#[$doc])* $variant,)* }

        impl Check {
            /// Every check, in the order in which the macro generates them.
            pub const ALL: &[Check] = &[$(Check::$variant,)*];

            /// The name of the generated test.
            pub fn name(self) -> &'static str {
                match self { $(Check::$variant => stringify!($module),)* }
            }

            /// The check of this name.
            pub fn named(name: &str) -> Option<Check> {
                Check::ALL.iter().copied().find(|check| check.name() == name)
            }

            /// Whether the check compares with the model, and so needs one.
            pub fn needs_model(self) -> bool {
                match self { $(Check::$variant => $model,)* }
            }

            pub(crate) fn run<'a>(self, cx: &'a Context<'_>) -> Running<'a> {
                match self { $(Check::$variant => Box::pin($module::run(cx)),)* }
            }
        }
    };
}

checks! {
    /// Every version goes up, down, up, alone and in order, and leaves no residue.
    Stairway = stairway, model: false;
    /// The whole catalog at head equals the model.
    UpToDate = up_to_date, model: true;
    /// The CHECK constraints at head equal the model's, by name and by expression.
    CheckConstraints = check_constraints, model: true;
    /// The enum labels at head equal the model's, in order.
    EnumValues = enum_values, model: true;
    /// The history is one line.
    SingleHead = single_head, model: false;
    /// From head, every version goes down to base and leaves an empty schema.
    DowngradeAllTheWay = downgrade_all_the_way, model: false;
    /// Names follow the naming rules.
    Naming = naming, model: false;
}

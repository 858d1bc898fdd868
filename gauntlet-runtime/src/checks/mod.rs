//! The checks: one file each, and one line in the list below.
//!
//! A check looks and says what it found; it formats nothing. What several checks need (the catalog at head, the
//! model) is shared by `suite`.

mod check_constraints;
mod downgrade_all_the_way;
mod enum_values;
mod naming;
mod outcome;
mod parts;
mod single_head;
mod stairway;
mod up_to_date;

pub(crate) use parts::bless::BLESSED;

use std::future::Future;
use std::pin::Pin;

use self::outcome::Outcome;
use crate::context::Context;

type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

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

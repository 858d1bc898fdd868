//! The list of checks.

use crate::argument::Argument;
use crate::group::Group;

/// Calls the macro `$with` with the list of checks: `checks!(with)`.
///
/// A new check is one entry here and one file under `checks/` of the runtime.
#[doc(hidden)]
#[macro_export]
macro_rules! checks {
    ($with:ident) => {
        $with! {
            /// every version goes up, down and up again; the down restores the schema from before the up, and the second up the one from after the first
            Stairway = stairway { group: Consistency, needs: Downs, about: Migrations }
            /// the schema at head equals the model
            UpToDate = up_to_date { group: Consistency, needs: Model, about: Model }
            /// the CHECK constraints at head equal the model's, by name and by expression
            CheckConstraints = check_constraints { group: Consistency, needs: Model, about: Model }
            /// the enum labels at head equal the model's, in order
            EnumValues = enum_values { group: Consistency, needs: Model, about: Model }
            /// the history is one line: no duplicate version, no missing up or down, no mix of simple and reversible scripts, no file that sqlx would pass over
            SingleHead = single_head { group: Consistency, needs: Nothing, about: Migrations }
            /// from head, every version goes down, and what is left is what base was
            DowngradeAllTheWay = downgrade_all_the_way { group: Consistency, needs: Reverts, about: Migrations }
            /// indexes, constraints and keys follow the naming rules
            Naming = naming { group: Naming, needs: Nothing, about: Naming }
            /// what has shipped is as it was, and every new version lies above it
            Shipped = shipped { group: Consistency, needs: Shipped, about: Shipped }
            /// no new version rewrites or scans a table while it makes reads or writes of it wait
            Locks = locks { group: Safety, needs: New, about: Locks }
            /// every new version passes on rows that the schema allows, and its down loses none of them
            Populated = populated { group: Safety, needs: New, about: Populated }
            /// every new version that is cut off can be run again and then ends as a clean run does, and one that has a transaction leaves nothing behind
            Interrupted = interrupted { group: Safety, needs: New, about: Interrupted }
            /// every query of the program fits the schema at head, with the parameters and columns that the program was built with
            Queries = queries { group: Consistency, needs: Queries, about: Queries }
            /// the deployed program works on the schema of every new version, on connections that are open as well
            Compat = compat { group: Safety, needs: OldQueries, about: Compat }
        }
    };
}

/// A condition without which a check has nothing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Needs {
    /// No condition.
    Nothing,
    /// A model to compare with.
    Model,
    /// A version that can be reverted.
    Reverts,
    /// A version with a down script, or the declaration that there is no way back.
    Downs,
    /// A declaration of what has shipped.
    Shipped,
    /// New versions: a declaration of what has shipped, or the wish that all versions count as new.
    New,
    /// Queries of the program as it was at a git ref.
    OldQueries,
    /// Queries of the program: those that sqlx has prepared, or others that the suite gives.
    Queries,
}

macro_rules! define {
    ($(#[doc = $doc:literal] $variant:ident = $name:ident {
        group: $group:ident, needs: $needs:ident, about: $about:ident
    })*) => {
        /// A generated test. It has one name everywhere: the test function, the word in `skip`, the file under
        /// `checks/`, the heading in the guide.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Check {
            $(#[doc = concat!("Passes when", $doc, ".")] $variant,)*
        }

        impl Check {
            /// Every check, in the order in which the tests are generated.
            pub const ALL: &[Check] = &[$(Check::$variant,)*];

            /// The name of the generated test.
            pub const fn name(self) -> &'static str {
                match self { $(Check::$variant => stringify!($name),)* }
            }

            /// The condition under which the check passes, as a clause: `the schema at head equals the model`.
            pub fn passes_when(self) -> &'static str {
                match self { $(Check::$variant => $doc.trim_start(),)* }
            }

            /// The group that the check belongs to.
            pub const fn group(self) -> Group {
                match self { $(Check::$variant => Group::$group,)* }
            }

            /// The condition without which the check has nothing to do.
            pub const fn needs(self) -> Needs {
                match self { $(Check::$variant => Needs::$needs,)* }
            }

            /// The argument that a failure is blamed on.
            #[doc(hidden)]
            pub const fn about(self) -> Argument {
                match self { $(Check::$variant => Argument::$about,)* }
            }
        }
    };
}

checks!(define);

impl Check {
    /// The check of this name.
    pub fn named(name: &str) -> Option<Check> {
        Check::ALL.iter().copied().find(|check| check.name() == name)
    }

    /// Returns true if the check compares with a model, and so needs one.
    pub fn needs_model(self) -> bool {
        self.needs() == Needs::Model
    }

    /// The place of the check in [`Check::ALL`].
    #[doc(hidden)]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl Group {
    /// The checks of the group, in the order of [`Check::ALL`].
    pub fn members(self) -> impl Iterator<Item = Check> {
        Check::ALL.iter().copied().filter(move |check| check.group() == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_a_check_is_its_place_in_the_list() {
        for (place, check) in Check::ALL.iter().enumerate() {
            assert_eq!(check.index(), place);
            assert_eq!(Check::named(check.name()), Some(*check));
        }
    }
}

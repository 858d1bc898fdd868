//! Suites in modules, several in one file, behind `cfg`, and made by a macro.

#[cfg(test)]
mod tests {
    pub(super) mod deeper {
        const FOLDER: &str = "tests/ui/migrations";

        #[gauntlet::migration_suite(migrations = FOLDER)]
        pub(crate) mod first {
            //! Inner documentation stays at its place.
            #![allow(unused_imports)]
            use super::*;

            pub(super) fn helper() {}

            #[test]
            fn sees_its_parent() {
                assert!(FOLDER.ends_with("migrations"));
            }
        }

        #[gauntlet::migration_suite(migrations = "tests/ui/migrations")]
        mod second {
            use super::first;

            #[test]
            fn sees_its_sibling() {
                first::helper();
            }
        }
    }
}

#[gauntlet::migration_suite(migrations = no_such_function())]
#[cfg(any())]
mod switched_off {}

#[cfg(test)]
#[gauntlet::migration_suite(migrations = "tests/ui/migrations")]
mod r#try {}

// The same name twice, of which `cfg` leaves one.
#[gauntlet::migration_suite(migrations = "tests/ui/migrations")]
#[cfg(test)]
mod either {}

#[gauntlet::migration_suite(migrations = "tests/ui/migrations")]
#[cfg(any())]
mod either {}

macro_rules! suite {
    ($name:ident, $folder:expr, $only:literal) => {
        #[gauntlet::migration_suite(migrations = $folder, strict = true)]
        #[gauntlet(only($only))]
        mod $name {
            #[test]
            async fn custom(db: gauntlet::TestDb) {
                drop(db);
            }
        }
    };
}

suite!(by_macro, "tests/ui/migrations", "stairway");

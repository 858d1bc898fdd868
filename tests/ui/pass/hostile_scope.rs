//! Names in scope that shadow those of the standard library, and no prelude.
#![no_implicit_prelude]

mod core {}
mod std {}
mod gauntlet {}
mod alloc {}

#[allow(unused_imports, unused_macros)]
mod macros {
    macro_rules! nothing {
        () => {};
    }
    pub(crate) use {nothing as concat, nothing as env, nothing as module_path, nothing as panic};
}
#[allow(unused_imports)]
use macros::*;

#[allow(dead_code)]
struct Result;
#[allow(dead_code)]
struct Option;
#[allow(dead_code)]
struct String;

#[::gauntlet::migration_suite(migrations = "tests/ui/migrations", irreversible = [20240101])]
mod migrations {
    #[allow(unused_imports)]
    use super::*;

    mod core {}
    mod std {}

    #[test]
    async fn custom(_db: ::gauntlet::TestDb) -> ::std::result::Result<(), ::std::string::String> {
        ::std::result::Result::Ok(())
    }
}

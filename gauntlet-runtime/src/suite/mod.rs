//! PLACEHOLDER, to be replaced by the real room: the signatures that the macro's expansion needs.
#![allow(missing_docs, clippy::all, clippy::pedantic, unused_variables)]

use std::sync::OnceLock;

pub use self::db::TestDb;

pub mod checks {
    #[derive(Debug, Clone, Copy)]
    pub enum Check {
        Stairway,
        UpToDate,
        CheckConstraints,
        EnumValues,
        SingleHead,
        DowngradeAllTheWay,
        Naming,
    }
}
pub mod isolation {
    #[derive(Debug, Clone, Copy)]
    pub enum Isolation {
        Database,
        Schema,
    }
}
pub mod server {
    pub trait Source: Send + Sync + 'static {}
    impl Source for &'static str {}
    impl Source for String {}
    pub struct Auto;
    impl Source for Auto {}
    pub fn auto() -> Auto {
        Auto
    }
}
pub mod naming {
    #[derive(Default)]
    pub struct NamingRules(());
}
pub mod model {
    pub trait ModelSource: Send + Sync + 'static {}
    impl ModelSource for &'static str {}
    impl ModelSource for String {}
}
mod db {
    pub struct TestDb(pub(crate) ());
    impl Drop for TestDb {
        fn drop(&mut self) {}
    }
    impl TestDb {
        pub async fn upgrade(&mut self) -> Result<(), super::Error> {
            Ok(())
        }
    }
}

#[derive(Debug)]
pub struct Error(String);
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Error {}
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub struct Suite {
    name: String,
}

impl Suite {
    pub fn new(name: impl Into<String>, manifest_dir: impl Into<std::path::PathBuf>) -> Suite {
        let _ = manifest_dir.into();
        Suite { name: name.into() }
    }
    pub fn db(self, source: impl server::Source) -> Suite {
        self
    }
    pub fn migrations(self, source: impl crate::migrations::HistorySource) -> Suite {
        self
    }
    pub fn model(self, model: impl model::ModelSource) -> Suite {
        self
    }
    pub fn setup(self, file: impl Into<std::path::PathBuf>) -> Suite {
        self
    }
    pub fn isolation(self, isolation: isolation::Isolation) -> Suite {
        self
    }
    pub fn irreversible(self, versions: crate::migrations::Irreversible) -> Suite {
        self
    }
    pub fn downgrade_floor(self, version: i64) -> Suite {
        self
    }
    pub fn strict(self, strict: bool) -> Suite {
        self
    }
    pub fn ignore_tables<const N: usize>(self, globs: [&str; N]) -> Suite {
        self
    }
    pub fn naming(self, rules: naming::NamingRules) -> Suite {
        self
    }
    #[track_caller]
    pub fn check(&self, check: checks::Check) {
        if std::env::var_os("PLACEHOLDER_FAILS").is_some() || self.name.contains("failing") {
            panic!("{} {check:?}", self.name);
        }
    }
    #[track_caller]
    pub fn custom<T>(
        &self,
        test: &str,
        body: impl AsyncFnOnce(TestDb) -> T,
        failed: impl FnOnce(&T) -> bool,
    ) -> T {
        if std::env::var_os("PLACEHOLDER_FAILS").is_some() || self.name.contains("failing") {
            panic!("{} {test}", self.name);
        }
        let out = block_on(body(TestDb(())));
        eprintln!("{test} failed: {}", failed(&out));
        out
    }
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap())
        .block_on(future)
}

//! What stands for an engine in a suite: the path of a folder, or a `Migrator`.

use std::path::PathBuf;
use std::sync::Arc;

use super::engine::{Source, Sqlx};
#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
use crate::driver;
use crate::driver::Migrator;
use crate::engines::{Engine, IntoEngine};

impl IntoEngine for &str {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx::folder(self))
    }
}

impl IntoEngine for String {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx::folder(self))
    }
}

impl IntoEngine for PathBuf {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx::folder(self))
    }
}

impl IntoEngine for Migrator {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx::of(Source::Loaded(Arc::new(self))))
    }
}

impl IntoEngine for &'static Migrator {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx::of(Source::Compiled(self)))
    }
}

#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
impl IntoEngine for driver::Migrator08 {
    fn into_engine(self) -> Arc<dyn Engine> {
        driver::migrator(&self).into_engine()
    }
}

#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
impl IntoEngine for &'static driver::Migrator08 {
    fn into_engine(self) -> Arc<dyn Engine> {
        driver::migrator(self).into_engine()
    }
}

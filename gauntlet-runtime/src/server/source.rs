//! The things that can stand behind `db =`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::context::SourceContext;
use super::embedded::{Embedded, embedded};
use super::error::ServerError;
use super::handle::Server;

/// A boxed future that can move between threads; the same type as `futures::future::BoxFuture`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a PostgreSQL server comes from.
///
/// A URL (`&'static str` or `String`), [`auto()`], [`env()`] and [`embedded()`] are sources. Implement it for
/// anything else that can name or start a server:
///
/// ```
/// use gauntlet_runtime::server::{BoxFuture, Server, ServerError, Source, SourceContext};
///
/// #[derive(Debug)]
/// struct Staging;
///
/// impl Source for Staging {
///     fn resolve<'a>(&'a self, _: &'a SourceContext) -> BoxFuture<'a, Result<Server, ServerError>> {
///         Box::pin(Server::from_url("postgres://tester@staging.internal/postgres", "staging"))
///     }
///
///     fn describe(&self) -> String {
///         "staging".to_owned()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which server to use",
    label = "not a server",
    note = "`db =` takes a URL, `gauntlet::db::auto()`, `gauntlet::db::env(\"VAR\")`, `gauntlet::db::embedded()`, or a value of a type that implements `gauntlet::db::Source`"
)]
pub trait Source: fmt::Debug + Send + Sync + 'static {
    /// Finds or starts the server.
    fn resolve<'a>(
        &'a self,
        context: &'a SourceContext,
    ) -> BoxFuture<'a, Result<Server, ServerError>>;

    /// Names the source, in words. Sources of one process with the same description and context share one server.
    fn describe(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl Source for &'static str {
    fn resolve<'a>(&'a self, _: &'a SourceContext) -> BoxFuture<'a, Result<Server, ServerError>> {
        Box::pin(Server::from_url(self, "`db`"))
    }

    fn describe(&self) -> String {
        (*self).to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl Source for String {
    fn resolve<'a>(&'a self, _: &'a SourceContext) -> BoxFuture<'a, Result<Server, ServerError>> {
        Box::pin(Server::from_url(self, "`db`"))
    }

    fn describe(&self) -> String {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Source + ?Sized> Source for Box<T> {
    fn resolve<'a>(
        &'a self,
        context: &'a SourceContext,
    ) -> BoxFuture<'a, Result<Server, ServerError>> {
        (**self).resolve(context)
    }

    fn describe(&self) -> String {
        (**self).describe()
    }
}

/// The variables that [`auto()`] asks, in this order.
const AUTO_VARIABLES: [&str; 2] = ["GAUNTLET_DATABASE_URL", "DATABASE_URL"];

/// The default source; made by [`auto()`].
#[derive(Debug, Clone, Copy)]
pub struct Auto(());

/// The default source: the URL in `GAUNTLET_DATABASE_URL`, else the one in `DATABASE_URL`, else the
/// [embedded](embedded()) server.
///
/// A variable that is set and wrong is an error, never a reason to go on with the next place.
pub fn auto() -> Auto {
    Auto(())
}

#[diagnostic::do_not_recommend]
impl Source for Auto {
    fn resolve<'a>(
        &'a self,
        context: &'a SourceContext,
    ) -> BoxFuture<'a, Result<Server, ServerError>> {
        Box::pin(async move {
            for variable in AUTO_VARIABLES {
                if context.var_os(variable).is_some() {
                    return env(variable).resolve(context).await;
                }
            }
            embedded().resolve(context).await
        })
    }

    fn describe(&self) -> String {
        "auto()".to_owned()
    }
}

/// The URL in an environment variable; made by [`env()`].
#[derive(Debug, Clone)]
pub struct Env {
    variable: String,
}

/// The URL in the environment variable `variable`, read when the test runs.
pub fn env(variable: impl Into<String>) -> Env {
    Env { variable: variable.into() }
}

#[diagnostic::do_not_recommend]
impl Source for Env {
    fn resolve<'a>(
        &'a self,
        context: &'a SourceContext,
    ) -> BoxFuture<'a, Result<Server, ServerError>> {
        Box::pin(async move {
            let value = context
                .var_os(&self.variable)
                .ok_or_else(|| ServerError::VariableUnset { variable: self.variable.clone() })?;
            let url = value.into_string().map_err(|_| ServerError::UrlInvalid {
                origin: self.variable.clone(),
                url: None,
                reason: "its value is not UTF-8".to_owned(),
            })?;
            Server::from_url(&url, &self.variable).await
        })
    }

    fn describe(&self) -> String {
        format!("env({:?})", self.variable)
    }
}

#[diagnostic::do_not_recommend]
impl Source for Embedded {
    fn resolve<'a>(
        &'a self,
        context: &'a SourceContext,
    ) -> BoxFuture<'a, Result<Server, ServerError>> {
        Box::pin(self.start(context))
    }

    fn describe(&self) -> String {
        Embedded::describe(self)
    }
}

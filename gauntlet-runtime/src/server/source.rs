//! The trait of everything that can stand behind `db =`, and URLs as sources.

use std::fmt;
use std::ops::Deref;

use super::error::ServerError;
use super::handle::Server;
use super::source_context::SourceContext;
use super::url::mask;
use crate::runtime::BoxFuture;

/// Where a PostgreSQL server comes from.
///
/// A URL (`&'static str` or `String`), [`auto()`](super::auto()), [`env()`](super::env()) and [`embedded()`](super::embedded()) are sources. Implement it for
/// anything else that can name or start a server:
///
/// ```
/// use gauntlet_runtime::runtime::BoxFuture;
/// use gauntlet_runtime::server::{Server, ServerError, Source, SourceContext};
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

/// A source of any type, which shows no password.
pub(crate) struct AnySource(Box<dyn Source>);

impl AnySource {
    pub(crate) fn new(source: impl Source) -> AnySource {
        AnySource(Box::new(source))
    }
}

impl Deref for AnySource {
    type Target = dyn Source;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl fmt::Debug for AnySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.describe();
        f.write_str(&if name.contains("://") { mask(&name) } else { name })
    }
}

#[diagnostic::do_not_recommend]
impl Source for &'static str {
    fn resolve<'a>(
        &'a self,
        context: &'a SourceContext,
    ) -> BoxFuture<'a, Result<Server, ServerError>> {
        Box::pin(Server::from_url_in(self, "`db`", context))
    }

    fn describe(&self) -> String {
        (*self).to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl Source for String {
    fn resolve<'a>(
        &'a self,
        context: &'a SourceContext,
    ) -> BoxFuture<'a, Result<Server, ServerError>> {
        Box::pin(Server::from_url_in(self, "`db`", context))
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

//! The sources that read the environment: `auto()` and `env()`.

use super::embedded::{Embedded, embedded};
use super::error::ServerError;
use super::handle::Server;
use super::source::Source;
use super::source_context::SourceContext;
use crate::runtime::BoxFuture;

/// The variables that [`auto()`] asks, in this order.
const AUTO_VARIABLES: [&str; 2] = ["GAUNTLET_DATABASE_URL", "DATABASE_URL"];

/// The default source; made by [`auto()`].
#[derive(Debug, Clone, Copy)]
pub struct Auto {
    install: bool,
}

/// The default source: the URL in `GAUNTLET_DATABASE_URL`, else the one in `DATABASE_URL`, else the
/// [embedded](embedded()) server.
///
/// A variable with an invalid value is an error; the next place is then not tried.
pub fn auto() -> Auto {
    Auto { install: false }
}

impl Auto {
    /// Consents to the installation of a PostgreSQL where no URL is given and the machine has none; see
    /// [`Embedded::install`].
    #[must_use]
    pub fn install(mut self) -> Self {
        self.install = true;
        self
    }

    fn embedded(self) -> Embedded {
        if self.install { embedded().install() } else { embedded() }
    }
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
            self.embedded().resolve(context).await
        })
    }

    fn describe(&self) -> String {
        if self.install { "auto().install()" } else { "auto()" }.to_owned()
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
            Server::from_url_in(&url, &self.variable, context).await
        })
    }

    fn describe(&self) -> String {
        format!("env(\"{}\")", self.variable)
    }
}

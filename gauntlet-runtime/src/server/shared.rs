//! The one server that all tests of a process share.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::OnceCell;
use tracing::debug;

use super::consent;
use super::error::ServerError;
use super::handle::Server;
use super::source::Source;
use super::source_context::SourceContext;

/// Servers of this process, by source and context. An error is kept too, so that eight tests do not wait for one
/// dead address eight times.
type Shared = Arc<OnceCell<Result<Arc<Server>, ServerError>>>;
type Key = (String, SourceContext);
static SHARED: LazyLock<Mutex<HashMap<Key, Shared>>> = LazyLock::new(Mutex::default);

impl Server {
    /// The server of `source`, the same for all callers of this process.
    ///
    /// The first caller finds or starts it; the others wait for that. It stays for the life of the process.
    ///
    /// # Errors
    ///
    /// The error of [`Source::resolve`], or that the server needs consent; the same for every caller.
    ///
    /// # Cancel safety
    ///
    /// Another caller starts over when the one that resolves is dropped.
    #[doc(hidden)]
    pub async fn shared(
        source: &dyn Source,
        context: &SourceContext,
    ) -> Result<Arc<Self>, ServerError> {
        let key = (source.describe(), context.clone());
        let cell = Arc::clone(
            SHARED.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default(),
        );
        cell.get_or_init(|| async {
            let begin = Instant::now();
            let server = source.resolve(context).await?.in_context(context);
            consent::given(&server, context).await?;
            debug!(origin = server.origin(), elapsed = ?begin.elapsed(), "found the server");
            Ok(Arc::new(server))
        })
        .await
        .clone()
    }
}

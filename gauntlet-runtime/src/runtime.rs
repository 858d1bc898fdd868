//! The one tokio runtime of the process.
//!
//! A connection belongs to the runtime that opened it. libtest runs tests on threads of its own, and they share
//! connections' owners (the server, the schema at head), so all of them run on this runtime.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};

/// Runs a future to its end on the process's runtime.
///
/// # Panics
///
/// When it is called from inside of an async context, or when the system gives no threads.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut output = None;
    drive(pin!(async { output = Some(future.await) }));
    output.expect("a future that was driven to its end has an output")
}

/// Not generic: tokio's part is compiled once, and not again with every test of a user.
fn drive(future: Pin<&mut dyn Future<Output = ()>>) {
    runtime().block_on(future);
}

pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("gauntlet")
            .enable_all()
            .build()
            .expect("the system gives no thread for the tokio runtime of the tests")
    })
}

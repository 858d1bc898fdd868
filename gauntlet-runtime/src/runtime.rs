//! The one tokio runtime of the process, and its work in the background.
//!
//! A connection belongs to the runtime that opened it. libtest runs tests on threads of its own, and they share the
//! owners of connections (the server, the schema at head), so all tests run on this runtime.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{LazyLock, OnceLock};
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::sync::watch::Sender;
use tokio::task::JoinHandle;

/// A boxed future that can move between threads; the same type as `futures::future::BoxFuture`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs a future to its end on the process's runtime.
///
/// # Panics
///
/// When called from an async context, or when the system has no thread left.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut output = None;
    drive(pin!(async { output = Some(future.await) }));
    output.expect("a future that was driven to its end has an output")
}

/// Runs work that blocks, or has a runtime of its own, in the middle of a future that [`block_on`] drives.
pub fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

/// Not generic, so that tokio's part is compiled once and not again with every test of a user.
fn drive(future: Pin<&mut dyn Future<Output = ()>>) {
    runtime().block_on(future);
}

pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(available_parallelism().map_or(2, usize::from).clamp(2, 8))
            .thread_name("gauntlet")
            .enable_all()
            .build()
            .expect("the system gives no thread for the tokio runtime of the tests")
    })
}

/// The number of tasks in the background: the sweep, the making of sandboxes, and the removal of those that were dropped
/// without [`close`](crate::isolation::Sandbox::close).
static PENDING: LazyLock<Sender<usize>> = LazyLock::new(|| Sender::new(0));

/// The number of tasks that come after those, such as giving back the roles that only then nothing refers to.
static LAST: LazyLock<Sender<usize>> = LazyLock::new(|| Sender::new(0));

/// One of the tasks that are counted, until it ends, however that is.
pub(crate) struct Counted(&'static Sender<usize>);

impl Counted {
    pub(crate) fn new(count: &'static Sender<usize>) -> Counted {
        count.send_modify(|count| *count += 1);
        Counted(count)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Spawns a boxed future.
///
/// One type for all futures: tokio's part is compiled for each type, and again for each of its schedulers.
pub(crate) fn spawn(
    runtime: &Handle,
    future: Pin<Box<dyn Future<Output = ()> + Send>>,
) -> JoinHandle<()> {
    runtime.spawn(future)
}

/// Work at the same time as that of its owner. Where this is dropped, the work ends at its next pause.
#[derive(Debug)]
pub(crate) struct Concurrent<T> {
    task: JoinHandle<()>,
    value: oneshot::Receiver<T>,
}

impl<T: Send + 'static> Concurrent<T> {
    /// Starts the work, on another thread if one is free. To be called on a runtime.
    pub(crate) fn start(work: Pin<Box<dyn Future<Output = T> + Send>>) -> Concurrent<T> {
        Concurrent::start_on(&Handle::current(), work)
    }

    /// Starts the work on a runtime, from wherever this is called.
    pub(crate) fn start_on(
        runtime: &Handle,
        work: Pin<Box<dyn Future<Output = T> + Send>>,
    ) -> Concurrent<T> {
        let (sender, value) = oneshot::channel();
        let work = Box::pin(async move {
            // Nobody receives only where the owner has gone.
            drop(sender.send(work.await));
        });
        Concurrent { task: spawn(runtime, work), value }
    }

    /// Waits for the end of the work. Panics as it has panicked.
    pub(crate) async fn join(mut self) -> T {
        if let Ok(value) = (&mut self.value).await {
            return value;
        }
        match (&mut self.task).await {
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime shuts down, and whoever waits here with it.
            _ => std::future::pending().await,
        }
    }
}

impl<T> Drop for Concurrent<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Spawns work that [`settle`] waits for.
pub(crate) fn in_background(runtime: &Handle, work: Pin<Box<dyn Future<Output = ()> + Send>>) {
    let counted = Counted::new(&PENDING);
    let work = Box::pin(async move {
        work.await;
        drop(counted);
    });
    spawn(runtime, work);
}

/// Spawns work that waits for the other work in the background, and that [`settle`] waits for too.
pub(crate) fn at_last(runtime: &Handle, work: Pin<Box<dyn Future<Output = ()> + Send>>) {
    let counted = Counted::new(&LAST);
    let work = Box::pin(async move {
        none(&PENDING).await;
        work.await;
        drop(counted);
    });
    spawn(runtime, work);
}

/// Waits until no task is counted.
pub(crate) async fn none(count: &'static Sender<usize>) {
    // The sender is never dropped.
    drop(count.subscribe().wait_for(|count| *count == 0).await);
}

/// Waits for the work in the background: the sweep of what killed runs have left, sandboxes that are being made, the
/// removal of those that were dropped without being closed, and of the roles that go after them.
///
/// A process that ends earlier leaves the rest to the next one.
///
/// # Cancel safety
///
/// The work goes on; only the wait ends.
pub async fn settle() {
    // Work may leave more work: a sandbox that is made for somebody who waits no more has to be taken away.
    while *PENDING.borrow() > 0 || *LAST.borrow() > 0 {
        none(&PENDING).await;
        none(&LAST).await;
    }
}

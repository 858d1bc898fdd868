//! Interruption by the user: work stops at its next pause, and its databases are removed.

use std::future::Future;
use std::pin::pin;
use std::sync::OnceLock;

use tokio::sync::watch;

use crate::failure::Failure;

/// Runs a future to its end on the runtime of the process, or until SIGINT or SIGTERM.
///
/// # Errors
///
/// [`Failure::Interrupted`]. The databases of the future are then removed in the background.
pub(crate) fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    gauntlet_runtime::runtime::block_on(async {
        let mut interrupted = watcher();
        tokio::select! {
            done = pin!(work) => done,
            _ = interrupted.wait_for(|yes| *yes) => Err(Failure::Interrupted),
        }
    })
}

/// One listener for the process, which all work watches.
fn watcher() -> watch::Receiver<bool> {
    static INTERRUPTED: OnceLock<watch::Receiver<bool>> = OnceLock::new();
    INTERRUPTED
        .get_or_init(|| {
            let (sender, receiver) = watch::channel(false);
            tokio::spawn(async move {
                signal().await;
                sender.send_replace(true);
                // The channel stays open for those who begin to watch later.
                std::future::pending::<()>().await;
            });
            receiver
        })
        .clone()
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = signal(SignalKind::terminate());
    match terminate {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        // The system gives no handler; an interrupt works all the same.
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn signal() {
    drop(tokio::signal::ctrl_c().await);
}

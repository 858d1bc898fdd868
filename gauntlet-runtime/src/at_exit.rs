//! Work that a process does before it ends.
//!
//! A test process does not know which of its tests is the last one, and statics are never dropped. What its tests share on a
//! server of the user's has to go with the process all the same.
//!
//! This is the only module with `unsafe` code: the declaration of C's `atexit`. What it registers allocates nothing and panics
//! nowhere; it waits for a thread that was started before, since the values of the thread that ends the process may be gone
//! already.

use std::ffi::c_int;
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use crate::runtime::{BoxFuture, block_on, settle};

/// How long the end of a process waits for its work. What is not done by then is left to the next process.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    Ending,
    Done,
}

static PHASE: (Mutex<Phase>, Condvar) = (Mutex::new(Phase::Running), Condvar::new());

static WORK: Mutex<Vec<BoxFuture<'static, ()>>> = Mutex::new(Vec::new());

/// Does something when the process ends by itself: `main` returns, or somebody calls `exit`. A process that is killed does not
/// come to it.
pub(crate) fn before_exit(work: BoxFuture<'static, ()>) {
    settle_before_exit();
    lock(&WORK).push(work);
}

/// Waits for the work in the background before the process ends, for at most [`LIMIT`].
pub(crate) fn settle_before_exit() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let keeper = thread::Builder::new().name("gauntlet-exit".to_owned()).spawn(keep);
        match keeper.map(|_| atexit(end)) {
            Ok(0) => {}
            Ok(_) => tracing::debug!("the system has no room for work before the end"),
            Err(error) => tracing::debug!(%error, "no thread for work before the end"),
        }
    });
}

// SAFETY: this is its type in the C standard, and it takes any function of that type.
#[expect(unsafe_code, reason = "the standard library has no hook for the end of a process")]
unsafe extern "C" {
    /// Registers a function that runs when the process ends by itself. Returns 0 if there was room for one more.
    safe fn atexit(function: extern "C" fn()) -> c_int;
}

/// The thread that does the work.
fn keep() {
    wait_while(|phase| phase == Phase::Running, None);
    let work = std::mem::take(&mut *lock(&WORK));
    block_on(async {
        futures_util::future::join_all(work).await;
        settle().await;
    });
    set(Phase::Done);
}

extern "C" fn end() {
    set(Phase::Ending);
    wait_while(|phase| phase != Phase::Done, Some(LIMIT));
}

fn set(phase: Phase) {
    *lock(&PHASE.0) = phase;
    PHASE.1.notify_all();
}

fn wait_while(goes_on: impl Fn(Phase) -> bool, limit: Option<Duration>) {
    let (guard, goes_on) = (lock(&PHASE.0), |phase: &mut Phase| goes_on(*phase));
    match limit {
        None => drop(PHASE.1.wait_while(guard, goes_on)),
        Some(limit) => drop(PHASE.1.wait_timeout_while(guard, limit, goes_on)),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

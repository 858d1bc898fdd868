//! The limit of all waits that have no other one: for the answer to a question of the tool itself.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::context::Context;
use crate::stage::busy_for;

/// Drives `work` to its end. `None` if nothing has woken it for `limit`: no answer of the server, no process, no timer.
pub(super) async fn unless_silent<T>(
    limit: Duration,
    mut work: Pin<&mut dyn Future<Output = T>>,
) -> Option<T> {
    let mut deadline = Instant::now() + limit;
    let mut silence = pin!(sleep_until(deadline));
    poll_fn(|task| {
        // Before the work: what it does in one go, such as an installation, is no silence.
        let silent = Instant::now() >= deadline;
        if let Poll::Ready(done) = work.as_mut().poll(task) {
            return Poll::Ready(Some(done));
        }
        if silent {
            return Poll::Ready(None);
        }
        deadline = Instant::now() + limit;
        silence.as_mut().reset(deadline);
        // It has just been set, and only has to be registered.
        silence.as_mut().poll(task).map(|()| None)
    })
    .await
}

/// What is said of a check that has waited for too long.
pub(super) async fn text(cx: &Context<'_>, limit: Duration) -> String {
    // Half of that: the clocks of the two machines may differ, and the last statement came after the last answer.
    let busy = match tokio::time::timeout(Duration::from_secs(10), cx.server()).await {
        Ok(Ok(server)) => busy_for(&server, limit / 2).await,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the server does not answer".to_owned(),
    };
    let busy = busy.replace('\n', "\n  ");
    format!(
        "nothing has come from the server for {limit:?}\n  {busy}\n  this says nothing of the migrations: end what holds it up, and \
         run the test again"
    )
}

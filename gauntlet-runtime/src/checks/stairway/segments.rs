//! Segments of the walk, each in a database of its own, at the same time.
//!
//! The first begins at base. An ascent that only applies goes ahead of them: where another segment begins, it leaves a copy
//! of its database, and the last segment goes on in that database itself. Each begins with what the ups before it have left
//! in their sessions, so it finds what a walk from base would find. Where the ascent does not arrive, because an up
//! fails without the others or leaves its transaction open, the segment before goes on to the end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use super::walk::{Basis, Walk};
use crate::checks::parts::sessions::LeftInSessions;
use crate::error::Error;
use crate::finding::Finding;
use crate::history::Version;
use crate::runtime::Concurrent;
use crate::stage::{Ascent, Stage, Stages};

/// A segment that has been walked.
pub(super) struct Part {
    pub(super) findings: Vec<Finding>,
    /// How long the first ups of its versions took.
    pub(super) ups: Vec<(Version, Duration)>,
    pub(super) walk: Walk,
    /// How much was left in sessions before its first version.
    pub(super) inherited: usize,
    /// No later version can be reached.
    pub(super) stuck: bool,
}

/// The state in which a segment begins.
struct Begin {
    stage: Stage,
    left: LeftInSessions,
}

/// How far the ascent has come.
#[derive(Debug, Default)]
struct Fed {
    /// The last segment that has begun.
    begun: usize,
    /// No other one will begin.
    over: bool,
}

/// The next segment.
struct Next {
    place: usize,
    /// The place of its first version in the history.
    start: usize,
    fed: watch::Receiver<Fed>,
}

impl Next {
    async fn has_begun(&mut self) -> bool {
        let place = self.place;
        let known = self.fed.wait_for(|fed| fed.over || fed.begun >= place).await;
        known.is_ok_and(|fed| fed.begun >= place)
    }
}

/// Walks through the history in segments that begin at these versions, the first of them at 0. Returns those that have begun,
/// in their order.
pub(super) async fn walk(
    basis: &Basis,
    starts: &[usize],
    simple: bool,
) -> Result<Vec<Part>, Error> {
    if starts.len() == 1 {
        return Ok(vec![go(Walk::start(basis.clone()).await?, 0, None, simple).await?]);
    }
    // To measure each by itself: the ascent first, then one segment after the other.
    let turn = basis.in_turn.then(|| Arc::new(Semaphore::new(1)));
    let turn_of_ascent = turn.clone().and_then(|turn| turn.try_acquire_owned().ok());
    let (announce, fed) = watch::channel(Fed::default());
    let next = |place: usize| {
        let start = starts.get(place).copied();
        start.map(|start| Next { place, start, fed: fed.clone() })
    };
    let first = {
        let (basis, next, turn) = (basis.clone(), next(1), turn.clone());
        async move {
            let _turn = take(turn).await;
            let began = Instant::now();
            let part = go(Walk::start(basis).await?, 0, next, simple).await?;
            trace(0, began);
            Ok::<_, Error>(Some(part))
        }
    };
    let mut running = vec![Concurrent::start(Box::pin(first))];
    let mut segments = Vec::new();
    for (place, start) in starts.iter().copied().enumerate().skip(1) {
        let (segment, begin) = oneshot::channel::<Begin>();
        segments.push((start, segment));
        let (basis, next, turn) = (basis.clone(), next(place + 1), turn.clone());
        running.push(Concurrent::start(Box::pin(async move {
            match begin.await {
                Ok(Begin { stage, left }) => {
                    let _turn = take(turn).await;
                    let began = Instant::now();
                    let walk = Walk::at(basis, stage, left).await?;
                    let part = go(walk, start, next, simple).await?;
                    trace(place, began);
                    Ok(Some(part))
                }
                // The ascent did not arrive.
                Err(_) => Ok(None),
            }
        })));
    }
    let stages = Arc::clone(&basis.stages);
    let ascent = Concurrent::start(Box::pin(async move {
        feed(stages, segments, announce).await;
        drop(turn_of_ascent);
    }));
    let mut parts = Vec::new();
    for segment in running {
        parts.extend(segment.join().await?);
    }
    ascent.join().await;
    Ok(parts)
}

/// Waits for the turn of a segment, where they are taken one after the other.
async fn take(turn: Option<Arc<Semaphore>>) -> Option<OwnedSemaphorePermit> {
    turn?.acquire_owned().await.ok()
}

/// Traces how long a segment took.
fn trace(place: usize, began: Instant) {
    let milliseconds = began.elapsed().as_millis();
    tracing::debug!(place, milliseconds, "walked a segment");
}

/// Applies the versions, and gives each segment its database.
async fn feed(
    stages: Arc<Stages>,
    segments: Vec<(usize, oneshot::Sender<Begin>)>,
    announce: watch::Sender<Fed>,
) {
    let began = Instant::now();
    let mut ascent = Ascent::new(stages, "stairway");
    let count = segments.len();
    for (place, (start, segment)) in (1..).zip(segments) {
        let stage =
            if place == count { ascent.last_stage(start).await } else { ascent.stage(start).await };
        let stage = match stage {
            Ok(stage) => stage,
            Err(error) => {
                // Where it is the fault of a version, the segment before comes to it.
                tracing::debug!(%error, start, "no segment begins here");
                break;
            }
        };
        let mut left = LeftInSessions::default();
        ascent.marking().iter().for_each(|step| left.note(step));
        announce.send_modify(|fed| fed.begun = place);
        tracing::debug!(place, milliseconds = began.elapsed().as_millis(), "a segment can begin");
        // Nobody receives only where the check has ended.
        drop(segment.send(Begin { stage, left }));
    }
    announce.send_modify(|fed| fed.over = true);
    ascent.close().await;
}

/// Walks from a version to the next segment, or to the end of the history.
async fn go(walk: Walk, from: usize, mut next: Option<Next>, simple: bool) -> Result<Part, Error> {
    let rules = Arc::clone(&walk.basis.rules);
    let migrations = rules.walk().migrations();
    let inherited = walk.left.count();
    let mut part = Part { findings: Vec::new(), ups: Vec::new(), walk, inherited, stuck: false };
    for (index, migration) in migrations.iter().enumerate().skip(from) {
        if let Some(next) = next.as_mut().filter(|next| next.start == index)
            && next.has_begun().await
        {
            break;
        }
        let judged = part.walk.judge(index, migration, simple).await?;
        part.findings.extend(judged.findings);
        part.ups.extend(judged.up);
        if judged.stuck {
            part.stuck = true;
            let rest = migrations.len() - index - 1;
            if let Some(last) = part.findings.last_mut().filter(|_| rest > 0) {
                last.facts.push(match rest {
                    1 => "the version after it was not reached".into(),
                    n => format!("the {n} versions after it were not reached").into(),
                });
            }
            break;
        }
    }
    Ok(part)
}

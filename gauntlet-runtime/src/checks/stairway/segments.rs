//! Segments of the walk, each in a database of its own, at the same time.
//!
//! The first begins at base. An ascent that only applies goes ahead of them: where another segment begins, it leaves a copy
//! of its database, and the last segment goes on in that database itself. Each begins with what the ups before it have left
//! in their sessions, so it finds what a walk from base would find. Where the ascent does not arrive, because an up
//! fails without the others or leaves its transaction open, the segment before goes on to the end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

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
    let (announce, fed) = watch::channel(Fed::default());
    let next = |place: usize| {
        let start = starts.get(place).copied();
        start.map(|start| Next { place, start, fed: fed.clone() })
    };
    let first = {
        let (basis, next) = (basis.clone(), next(1));
        async move { go(Walk::start(basis).await?, 0, next, simple).await.map(Some) }
    };
    let mut running = vec![Concurrent::start(Box::pin(first))];
    let mut segments = Vec::new();
    for (place, start) in starts.iter().copied().enumerate().skip(1) {
        let (segment, begin) = oneshot::channel::<Begin>();
        segments.push((start, segment));
        let (basis, next) = (basis.clone(), next(place + 1));
        running.push(Concurrent::start(Box::pin(async move {
            match begin.await {
                Ok(Begin { stage, left }) => {
                    go(Walk::at(basis, stage, left).await?, start, next, simple).await.map(Some)
                }
                // The ascent did not arrive.
                Err(_) => Ok(None),
            }
        })));
    }
    let ascent = Concurrent::start(Box::pin(feed(Arc::clone(&basis.stages), segments, announce)));
    let mut parts = Vec::new();
    for segment in running {
        parts.extend(segment.join().await?);
    }
    ascent.join().await;
    Ok(parts)
}

/// Applies the versions, and gives each segment its database.
async fn feed(
    stages: Arc<Stages>,
    segments: Vec<(usize, oneshot::Sender<Begin>)>,
    announce: watch::Sender<Fed>,
) {
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

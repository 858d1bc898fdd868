//! Segments of the walk, each in a database of its own, at the same time.
//!
//! The first begins at base. An ascent that only applies goes ahead of them: where another segment begins, it leaves a copy
//! of its database, and the last segment goes on in that database itself. Each begins with what the ups before it have left
//! in their sessions, so it finds what a walk from base would find. Where the ascent does not arrive, because an up
//! fails without the others or leaves its transaction open, the segment before goes on to the end.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use tokio::sync::{oneshot, watch};

use super::walk::Walk;
use crate::checks::parts::sessions::LeftInSessions;
use crate::context::Context;
use crate::error::Error;
use crate::finding::Finding;
use crate::history::Version;
use crate::stage::{Ascent, Stage};

/// A segment that has been walked.
pub(super) struct Part<'a, 's> {
    /// The place of its first version in the history.
    pub(super) from: usize,
    pub(super) findings: Vec<Finding>,
    /// How long the first ups of its versions took.
    pub(super) ups: Vec<(Version, Duration)>,
    pub(super) walk: Walk<'a, 's>,
    /// How much was left in sessions before its first version.
    pub(super) inherited: usize,
}

type Walking<'a, 's> = Pin<Box<dyn Future<Output = Result<Option<Part<'a, 's>>, Error>> + 'a>>;

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
pub(super) async fn walk<'a, 's>(
    cx: &'a Context<'s>,
    starts: &'a [usize],
    simple: bool,
) -> Result<Vec<Part<'a, 's>>, Error> {
    let (announce, fed) = watch::channel(Fed::default());
    let next = |place: usize| {
        let start = starts.get(place).copied();
        start.map(|start| Next { place, start, fed: fed.clone() })
    };
    let mut running = FuturesOrdered::<Walking<'a, 's>>::new();
    let first = next(1);
    running.push_back(Box::pin(async move {
        let walk = Walk::start(cx).await?;
        go(walk, 0, first, simple).await.map(Some)
    }));
    let mut receivers = Vec::new();
    for (place, start) in starts.iter().copied().enumerate().skip(1) {
        let next = next(place + 1);
        if next.is_none() {
            let receivers = std::mem::take(&mut receivers);
            let announce = announce.clone();
            running.push_back(Box::pin(async move {
                match feed(cx, starts, receivers, announce).await? {
                    Some(Begin { stage, left }) => {
                        go(Walk::at(cx, stage, left).await?, start, None, simple).await.map(Some)
                    }
                    None => Ok(None),
                }
            }));
            break;
        }
        let (send, receive) = oneshot::channel::<Begin>();
        receivers.push(send);
        running.push_back(Box::pin(async move {
            match receive.await {
                Ok(Begin { stage, left }) => {
                    go(Walk::at(cx, stage, left).await?, start, next, simple).await.map(Some)
                }
                // The ascent did not arrive.
                Err(_) => Ok(None),
            }
        }));
    }
    drop(announce);
    let mut parts = Vec::new();
    while let Some(part) = running.next().await {
        parts.extend(part?);
    }
    Ok(parts)
}

/// Applies the versions, and gives each segment its database. Returns that of the last one, if the ascent has arrived there.
async fn feed(
    cx: &Context<'_>,
    starts: &[usize],
    receivers: Vec<oneshot::Sender<Begin>>,
    announce: watch::Sender<Fed>,
) -> Result<Option<Begin>, Error> {
    let mut ascent = Ascent::new(cx.stages().await?, "stairway");
    let mut receivers = receivers.into_iter();
    let mut last = None;
    for (place, start) in starts.iter().copied().enumerate().skip(1) {
        let receiver = receivers.next();
        let stage = match receiver {
            Some(_) => ascent.stage(start).await,
            None => ascent.last_stage(start).await,
        };
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
        let begin = Begin { stage, left };
        match receiver {
            // Nobody receives only where the check has ended.
            Some(receiver) => drop(receiver.send(begin)),
            None => last = Some(begin),
        }
    }
    announce.send_modify(|fed| fed.over = true);
    ascent.close().await;
    Ok(last)
}

/// Walks from a version to the next segment, or to the end of the history.
async fn go<'a, 's>(
    walk: Walk<'a, 's>,
    from: usize,
    mut next: Option<Next>,
    simple: bool,
) -> Result<Part<'a, 's>, Error> {
    let migrations = walk.cx.history().migrations();
    let inherited = walk.left.count();
    let mut part = Part { from, findings: Vec::new(), ups: Vec::new(), walk, inherited };
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

//! Where the walk is cut into segments, and into how many.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::context::Context;
use crate::error::Error;

/// A segment of fewer versions costs more than it saves: its database, and a full read of the catalog.
const SHORTEST: usize = 60;

/// The cost of a version that goes up, down and up, where one that is only applied by the ascent costs 1.
const WALKED: usize = 6;

/// The cost of a version that stays, and is only looked at.
const LOOKED_AT: usize = 2;

/// The connections of a segment: of the steps, of the catalog, of the seeds, and for questions.
const CONNECTIONS: i64 = 4;

/// A walk takes this part of the connections that are free: others may begin at the same moment.
const PART: i64 = 8;

/// The places of the first versions of all segments, the first of them 0.
pub(super) struct Cut {
    pub(super) starts: Vec<usize>,
    /// The cores that they may use.
    _cores: Option<SemaphorePermit<'static>>,
}

/// As many segments as pay and as the machine and the server have room for; one where the history cannot be walked in
/// copies, where its ups are to be timed, and where the database of a failed walk is to be kept.
pub(super) async fn segments(cx: &Context<'_>, simple: bool) -> Result<Cut, Error> {
    let whole = || Cut { starts: vec![0], _cores: None };
    let stages = cx.stages().await?;
    if simple || !cx.budgets().is_empty() || stages.keeps() || !stages.can_be_copied() {
        return Ok(whole());
    }
    let migrations = cx.history().migrations();
    let stays = |stays: bool| if stays { LOOKED_AT } else { WALKED };
    let costs: Vec<usize> = migrations.iter().map(|m| stays(cx.stays(m.id()))).collect();
    if let Some(segments) = cx.settings().walk.segments {
        return Ok(Cut { starts: cut(&costs, segments), _cores: None });
    }
    let pay = costs.iter().sum::<usize>() / (WALKED * SHORTEST);
    if pay < 2 || CORES.available_permits() == 0 {
        return Ok(whole());
    }
    let room = stages.free_connections().await? / PART / CONNECTIONS;
    let most = pay.min(usize::try_from(room).unwrap_or(0));
    Ok(match spare_cores(most.saturating_sub(1)) {
        Some((more, cores)) => Cut { starts: cut(&costs, more + 1), _cores: Some(cores) },
        None => whole(),
    })
}

/// The cores beyond that of the first segment, for all walks of the process.
static CORES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, usize::from) - 1));

/// As many cores as are not in use, at most so many.
fn spare_cores(most: usize) -> Option<(usize, SemaphorePermit<'static>)> {
    (1..=most).rev().find_map(|count| {
        let permits = CORES.try_acquire_many(u32::try_from(count).ok()?).ok()?;
        Some((count, permits))
    })
}

/// Cuts versions of these costs into at most so many segments that end at the same time, although each can begin only when the
/// ascent has come to it.
fn cut(costs: &[usize], segments: usize) -> Vec<usize> {
    // The shortest time in which they can be walked.
    let (mut too_short, mut enough) = (0, costs.iter().sum::<usize>());
    while enough - too_short > 1 {
        let time = too_short.midpoint(enough);
        if starts(costs, time).is_some_and(|starts| starts.len() <= segments) {
            enough = time;
        } else {
            too_short = time;
        }
    }
    starts(costs, enough).unwrap_or_else(|| vec![0])
}

/// The segments that can be walked in this time. `None` if the ascent takes longer.
fn starts(costs: &[usize], time: usize) -> Option<Vec<usize>> {
    let mut starts = vec![0];
    let mut left = time;
    for (place, cost) in costs.iter().enumerate() {
        if let Some(rest) = left.checked_sub(*cost) {
            left = rest;
        } else {
            starts.push(place);
            left = time.checked_sub(place + cost)?;
        }
    }
    Some(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_become_shorter() {
        assert_eq!(cut(&[WALKED; 500], 1), [0]);
        assert_eq!(cut(&[WALKED; 500], 2), [0, 273]);
        assert_eq!(cut(&[WALKED; 500], 4), [0, 161, 295, 407]);
    }

    #[test]
    fn versions_that_stay_cost_less() {
        let mut costs = vec![LOOKED_AT; 300];
        costs.resize(500, WALKED);
        assert_eq!(cut(&costs, 2), [0, 382]);
    }

    #[test]
    fn nothing_to_cut() {
        assert_eq!(cut(&[], 4), [0]);
        assert_eq!(cut(&[WALKED], 4), [0]);
        assert_eq!(cut(&[WALKED; 2], 4), [0, 1]);
    }
}

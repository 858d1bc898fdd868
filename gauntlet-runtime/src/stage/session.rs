//! The session in which the steps of a stage run, and when the next one begins.
//!
//! In production one run of an engine is one session, however many versions it applies, and a revert is a run of its own.
//! A session that a script left like a new one serves as a new one.

use super::observer::connect;
use crate::driver::{self, Connection as _, PgConnection};
use crate::engines::{SessionItem, Step};
use crate::error::Result;
use crate::history::Direction;
use crate::isolation::Sandbox;

/// Which steps share a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sessions {
    /// The ups that follow each other, as in one run of the engine; each down has one of its own.
    #[default]
    PerRun,
    /// None: each step has one of its own, as where each version is deployed alone.
    PerStep,
}

/// A connection, and how far it is from a new session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) conn: PgConnection,
    /// The backend that serves it.
    pub(super) pid: i32,
    state: State,
    /// The direction of the last step.
    last: Option<Direction>,
}

/// How far a session is from a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    New,
    /// Nothing was left.
    Used,
    /// Some settings are not those of a new session.
    Set,
    /// Only a new connection is a new session.
    Worn,
}

impl Session {
    pub(super) fn new((conn, pid): (PgConnection, i32)) -> Session {
        Session { conn, pid, state: State::New, last: None }
    }

    /// Returns true if something is left in it that a new session does not have.
    pub(super) fn is_marked(&self) -> bool {
        self.state > State::Used
    }

    /// Begins a new session where the next step has to have one.
    pub(super) async fn before(
        &mut self,
        sessions: Sessions,
        direction: Direction,
        wants_new: bool,
        sandbox: &Sandbox,
    ) -> Result<()> {
        let of_last_run = sessions == Sessions::PerRun
            && direction == Direction::Up
            && self.last != Some(Direction::Down);
        self.last = Some(direction);
        if of_last_run {
            return Ok(());
        }
        if wants_new && self.state == State::Used {
            self.state = State::Worn;
        }
        self.renew(sandbox).await
    }

    /// Notes what a step left.
    pub(super) fn after(&mut self, step: &Step) {
        let only_set = |item: &SessionItem| match item {
            SessionItem::Setting(change) => {
                !item.is_custom() && change.name != "session_authorization"
            }
            _ => false,
        };
        let state = if step.open || step.unseen || !step.left.iter().all(only_set) {
            State::Worn
        } else if step.left.is_empty() {
            State::Used
        } else {
            State::Set
        };
        self.state = self.state.max(state);
    }

    /// Makes it a new session, unless it is like one.
    pub(super) async fn renew(&mut self, sandbox: &Sandbox) -> Result<()> {
        match self.state {
            State::New | State::Used => {}
            State::Set => {
                driver::execute(&mut self.conn, "RESET ROLE; RESET ALL").await?;
                self.state = State::Used;
            }
            State::Worn => {
                let (conn, pid) = connect(sandbox).await?;
                let old = std::mem::replace(&mut self.conn, conn);
                retire(old).await;
                self.pid = pid;
                self.state = State::New;
            }
        }
        Ok(())
    }
}

impl Session {
    /// Makes it a new session, whatever the last step did.
    pub(super) async fn replace(&mut self, sandbox: &Sandbox) -> Result<()> {
        self.state = State::Worn;
        self.renew(sandbox).await
    }
}

/// Ends a session. The server removes what is left in it some time after the connection has gone, and a later step could
/// still meet it; so that is done before.
async fn retire(mut conn: PgConnection) {
    const END: [&str; 3] = [
        "ROLLBACK",
        // What it has written and not reported, others would find only later.
        "SELECT pg_catalog.pg_stat_force_next_flush()",
        "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP; CLOSE ALL; UNLISTEN *; \
         SELECT pg_catalog.pg_advisory_unlock_all()",
    ];
    for statement in END {
        // A connection that is broken has nothing to remove.
        let _ = driver::execute(&mut conn, statement).await;
    }
    let _ = conn.close().await;
}

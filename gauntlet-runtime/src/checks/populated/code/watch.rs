//! The code of the database on its way over the new versions.

use std::collections::BTreeMap;

use super::findings::not_tried;
use super::probe::{Focus, State, Untried, is_there, probe};
use crate::driver::Connection as _;
use crate::error::Result;
use crate::fill::Filled;
use crate::finding::Finding;
use crate::stage::{Filling, Stage};

/// What tries the code in one state after the other.
#[derive(Debug, Default)]
pub(in crate::checks::populated) struct Watch {
    /// Why it could not be tried.
    untried: Option<Untried>,
    /// The statement that a table without rows has refused, by the table.
    refused: BTreeMap<String, String>,
}

impl Watch {
    /// Whether the database has code of the user's own.
    pub(in crate::checks::populated) async fn has_code(
        stage: &Stage,
        filling: &mut Filling,
    ) -> Result<bool> {
        let conn = filling.conn(stage).await?;
        Ok(is_there(conn, &stage.extent()).await?.0)
    }

    /// Keeps what tables have refused.
    pub(in crate::checks::populated) fn note(&mut self, filled: &Filled) {
        self.refused.retain(|table, _| !filled.rows.contains_key(table));
        let refused = filled.without.iter();
        self.refused.extend(
            refused.filter_map(|one| Some((one.table.clone(), one.fails_in_code.clone()?))),
        );
    }

    /// Goes on in another database.
    pub(in crate::checks::populated) fn elsewhere(&mut self) {
        self.refused.clear();
    }

    /// Tries the code in this state, all of it without a focus; `None` where it cannot be tried.
    ///
    /// # Errors
    ///
    /// When the server refuses a connection or ends it.
    pub(in crate::checks::populated) async fn look(
        &mut self,
        stage: &Stage,
        filling: &mut Filling,
        focus: Option<&Focus>,
    ) -> Result<Option<State>> {
        let extent = stage.extent();
        let answer = match is_there(filling.conn(stage).await?, &extent).await? {
            (false, _) => return Ok(Some(State::default())),
            (true, false) => Err(Untried::new(
                "the database has no language plpgsql, in which they would be tried",
            )),
            (true, true) => {
                // A session that has run a function keeps what it has compiled.
                let mut conn = Filling::session(stage).await?;
                let answer = probe(&mut conn, &extent, &self.refused, focus).await;
                conn.close().await?;
                answer?
            }
        };
        Ok(match answer {
            Ok(state) => Some(state),
            Err(untried) => {
                self.untried.get_or_insert(untried);
                None
            }
        })
    }

    /// The note that code could not be tried.
    pub(in crate::checks::populated) fn not_tried(&self) -> Option<Finding> {
        self.untried.as_ref().map(not_tried)
    }
}

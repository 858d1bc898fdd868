//! What a version has made of a database with rows.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Difference};
use crate::checks::parts::rows::{Change, Contents, Moment, What, changes};
use crate::context::Context;
use crate::error::Result;
use crate::stage::{Filling, Stage};

/// The schema and the rows of a database.
pub(super) struct State {
    pub(super) catalog: Catalog,
    pub(super) rows: Moment,
}

/// What of a state is not as it was expected.
#[derive(Default)]
pub(super) struct Deviation {
    pub(super) differences: Vec<Difference>,
    pub(super) rows: Vec<Change>,
}

impl Deviation {
    pub(super) fn is_none(&self) -> bool {
        self.rows.is_empty() && !self.differences.iter().any(Difference::is_failure)
    }

    /// Leaves out what differs between two states that are made in the same way.
    pub(super) fn without(mut self, usual: &Deviation) -> Deviation {
        self.rows.retain(|change| {
            let same = |known: &Change| match (&known.what, &change.what) {
                (What::Column { name: known, .. }, What::Column { name, .. }) => known == name,
                (known, what) => std::mem::discriminant(known) == std::mem::discriminant(what),
            };
            !usual.rows.iter().any(|known| known.table == change.table && same(known))
        });
        self
    }
}

impl State {
    pub(super) async fn read(stage: &mut Stage, filling: &mut Filling) -> Result<State> {
        let catalog = stage.catalog().await?;
        let rows = Contents::default().read(stage, filling).await?;
        Ok(State { catalog, rows })
    }

    /// What is different in another state. Rows that have come in the place of others are the same ones: a sequence does not
    /// go back.
    pub(super) fn deviation(&self, cx: &Context<'_>, other: &State) -> Deviation {
        let differences = cx.diff_databases(&self.catalog, &other.catalog);
        let mut rows = changes(&self.rows, &other.rows);
        let mut growth: BTreeMap<String, i128> = BTreeMap::new();
        for change in &rows {
            let by = match change.what {
                What::Gone { rows, .. } => -(rows as i128),
                What::Extra { rows, .. } => rows as i128,
                What::Column { .. } | What::Other => 0,
            };
            *growth.entry(change.table.clone()).or_default() += by;
        }
        rows.retain(|change| match change.what {
            What::Gone { .. } => growth.get(&change.table).is_some_and(|by| *by < 0),
            What::Extra { .. } => growth.get(&change.table).is_some_and(|by| *by > 0),
            What::Column { .. } | What::Other => true,
        });
        Deviation { differences, rows }
    }
}

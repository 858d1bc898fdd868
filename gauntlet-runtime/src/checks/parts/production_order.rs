//! The order in which production applies the versions: first what has shipped, then what is new. Where that is not the
//! order of a new database, both are climbed and the two heads compared.

use std::collections::HashSet;
use std::sync::Arc;

use crate::catalog::{Catalog, Difference};
use crate::checks::outcome::CheckError;
use crate::context::{Context, ShippedFound};
use crate::error::Error;
use crate::finding::{Finding, Sides};
use crate::history::shipped::Change;
use crate::history::{History, Migration, VersionId};

/// What is different, or fails, in production's order.
pub(in crate::checks) async fn findings(
    cx: &Context<'_>,
    found: &ShippedFound,
) -> Result<Vec<Finding>, CheckError> {
    let Some(orders) = Orders::of(cx, found) else { return Ok(Vec::new()) };
    let production = match climb(cx, "production", &orders.production).await {
        Ok(catalog) => catalog,
        Err(Error::Step(step)) if fails_anyway(cx, &orders).await => {
            return Ok(vec![not_compared(&Error::Step(step))]);
        }
        Err(Error::Step(step)) => {
            let title = format!(
                "the up of {} fails in production, where it runs after what has shipped",
                step.version
            );
            let finding = Finding::step("fails_in_production_order", title, &step);
            return Ok(vec![orders.facts(finding).help(if orders.between_histories {
                "make the new version run also after what has shipped of the other histories"
            } else {
                "put the new version on top, and make it run there"
            })]);
        }
        Err(error) => return Ok(vec![not_compared(&error)]),
    };
    let new = if orders.whole_history {
        cx.head().await
    } else {
        climb(cx, "new", &orders.new).await.map(Arc::new).map_err(Arc::new)
    };
    let new = match new {
        Ok(catalog) => catalog,
        Err(error) => return Ok(vec![not_compared(&error)]),
    };
    Ok(difference(cx, &orders, &new, &production).into_iter().collect())
}

/// Both orders, where they differ.
struct Orders<'a> {
    new: Vec<&'a Migration>,
    production: Vec<&'a Migration>,
    /// The order of a new database is the history itself.
    whole_history: bool,
    /// Each history has one order; only the order between them differs.
    between_histories: bool,
}

impl<'a> Orders<'a> {
    fn of(cx: &'a Context<'_>, found: &'a ShippedFound) -> Option<Orders<'a>> {
        let own = cx.history().migrations();
        // What a branch does not have yet will be there when it is deployed.
        let behind = found.changes.iter().filter_map(|change| match change {
            Change::Behind { record, older: false } => Some(&record.version.id),
            _ => None,
        });
        let behind: HashSet<_> = behind.collect();
        let elsewhere = found.history.as_ref().map(History::migrations).unwrap_or_default();
        let missing = elsewhere.iter().filter(|migration| behind.contains(migration.id()));
        let mut new: Vec<&Migration> = own.iter().chain(missing).collect();
        let whole_history = new.len() == own.len();
        if !whole_history {
            let parts = cx.settings().engine.parts();
            let place = |id: &VersionId| parts.iter().position(|p| Some(&*p.name) == id.part());
            new.sort_by_key(|migration| (place(migration.id()), migration.id().clone()));
        }
        let (later, first): (Vec<&Migration>, Vec<&Migration>) =
            new.iter().partition(|migration| found.is_new(migration.id()));
        let production: Vec<&Migration> = first.into_iter().chain(later).collect();
        let same = production.iter().zip(&new).all(|(one, other)| one.id() == other.id());
        let late = found.changes.iter().any(|change| matches!(change, Change::Late { .. }));
        let between_histories = !late && !cx.settings().engine.parts().is_empty();
        (!same).then_some(Orders { new, production, whole_history, between_histories })
    }

    /// Both orders, from the first version that is not at the same place.
    fn facts(&self, finding: Finding) -> Finding {
        const SHOWN: usize = 6;
        let same =
            self.new.iter().zip(&self.production).take_while(|(one, other)| one.id() == other.id());
        let same = same.count();
        let list = |order: &[&Migration]| {
            let names = order[same..].iter().take(SHOWN).map(|m| m.version().to_string());
            let more = if order.len() - same > SHOWN { ", …" } else { "" };
            format!("{}{more}", names.collect::<Vec<_>>().join(", "))
        };
        finding
            .fact(format!("on a new database: {}", list(&self.new)))
            .fact(format!("in production:     {}", list(&self.production)))
    }
}

/// Whether the versions fail on a new database as well, which `stairway` reports.
async fn fails_anyway(cx: &Context<'_>, orders: &Orders<'_>) -> bool {
    if orders.whole_history {
        return cx.head().await.is_err();
    }
    climb(cx, "new", &orders.new).await.is_err()
}

async fn climb(cx: &Context<'_>, label: &str, order: &[&Migration]) -> Result<Catalog, Error> {
    let mut stage = cx.stage_without_seeds(label).await?;
    let mut result = Ok(());
    for migration in order {
        if let Err(error) = stage.apply(migration).await {
            result = Err(Error::from(error));
            break;
        }
    }
    let catalog = match result {
        Ok(()) => stage.catalog().await,
        Err(error) => Err(error),
    };
    stage.close(catalog.is_err()).await;
    catalog
}

fn difference(
    cx: &Context<'_>,
    orders: &Orders<'_>,
    new: &Catalog,
    production: &Catalog,
) -> Option<Finding> {
    let (failures, notes): (Vec<_>, Vec<_>) =
        cx.diff_databases(new, production).into_iter().partition(Difference::is_failure);
    let (finding, differences) = if !failures.is_empty() {
        let title = "the schema in production is different from the one of a new database";
        (Finding::failure("order_differs", title), failures)
    } else if !notes.is_empty() {
        let title =
            "the schema in production is different from the one of a new database in cosmetic ways";
        (Finding::note("order_form", title), notes)
    } else {
        return None;
    };
    let finding = finding.differences(Sides::NewAndDeployed, differences);
    Some(orders.facts(finding).help(if orders.between_histories {
        "make the new versions independent of the histories that run after their own"
    } else {
        "put the new versions on top of what has shipped: then there is one order"
    }))
}

/// The note that says that the two orders were not compared.
fn not_compared(error: &Error) -> Finding {
    let title = "production's order was not compared with the order of a new database";
    Finding::note("order_not_compared", title).fact(format!("{error:?}"))
}

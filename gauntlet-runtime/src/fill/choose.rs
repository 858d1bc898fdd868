//! Which combinations of values meet the CHECK constraints: the server evaluates them.

use super::mix::mix;
use super::schema::{CheckConstraint, Table};
use crate::driver::{self, PgConnection};

/// The most combinations that are tried.
const MOST: usize = 4096;

/// Columns that get their values together, and the values: as SQL, each with its type.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub(super) columns: Vec<usize>,
    pub(super) tuples: Vec<Vec<String>>,
}

/// Axes that some condition ties together, and their combinations: for each the places in the axes.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) axes: Vec<Axis>,
    pub(super) combinations: Vec<Vec<usize>>,
}

impl Group {
    /// The values of a combination, by column.
    pub(super) fn values(&self, combination: usize) -> impl Iterator<Item = (usize, &String)> {
        let places = &self.combinations[combination % self.combinations.len()];
        self.axes
            .iter()
            .zip(places)
            .flat_map(|(axis, place)| axis.columns.iter().copied().zip(&axis.tuples[*place]))
    }
}

/// Axes with the conditions on their columns, and on no others.
pub(super) struct Tied<'a> {
    pub(super) axes: Vec<Axis>,
    pub(super) checks: Vec<&'a CheckConstraint>,
}

/// Ties axes together that share a condition.
pub(super) fn tie(table: &Table, axes: Vec<Axis>) -> Vec<Tied<'_>> {
    let mut all: Vec<Tied<'_>> =
        axes.into_iter().map(|axis| Tied { axes: vec![axis], checks: Vec::new() }).collect();
    for check in &table.checks {
        let touches = |tied: &Tied<'_>| {
            tied.axes
                .iter()
                .any(|axis| axis.columns.iter().any(|column| check.columns.contains(column)))
        };
        let (touched, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(touches);
        if !touched.is_empty() {
            let mut one = Tied { axes: Vec::new(), checks: vec![check] };
            for tied in touched {
                one.axes.extend(tied.axes);
                one.checks.extend(tied.checks);
            }
            others.push(one);
        }
        all = others;
    }
    all
}

/// The combinations that meet the conditions. Where a condition cannot be evaluated, some combinations, met or not.
pub(super) async fn choose(
    conn: &mut PgConnection,
    table: &Table,
    tied: Tied<'_>,
) -> driver::Result<Group> {
    let Tied { mut axes, checks } = tied;
    let product = |axes: &[Axis]| {
        axes.iter().fold(1_usize, |product, axis| product.saturating_mul(axis.tuples.len()))
    };
    if checks.is_empty() {
        let combinations = (0..product(&axes)).map(|at| vec![at]).collect();
        return Ok(Group { axes, combinations });
    }
    while product(&axes) > MOST {
        let longest = axes.iter_mut().max_by_key(|axis| axis.tuples.len());
        match longest {
            Some(axis) if axis.tuples.len() > 4 => axis.tuples.truncate(axis.tuples.len() * 3 / 4),
            _ => break,
        }
    }
    let sample = (product(&axes) > MOST).then(|| some(&axes, MOST));
    let sql = question(table, &axes, &checks, sample.as_deref());
    driver::execute(conn, "SAVEPOINT gauntlet_choice").await?;
    let rows: driver::Result<Vec<Vec<i32>>> =
        driver::query_scalar(&sql).fetch_all(&mut *conn).await;
    let combinations = match rows {
        Ok(rows) => {
            driver::execute(conn, "RELEASE SAVEPOINT gauntlet_choice").await?;
            let place = |at: i32| usize::try_from(at).unwrap_or(0);
            rows.into_iter().map(|row| row.into_iter().map(place).collect()).collect()
        }
        Err(error) => {
            tracing::debug!(%error, table = table.name, "a condition cannot be evaluated");
            driver::execute(conn, "ROLLBACK TO SAVEPOINT gauntlet_choice").await?;
            some(&axes, 256)
        }
    };
    Ok(Group { axes, combinations })
}

/// Some combinations, the same in every run.
fn some(axes: &[Axis], count: usize) -> Vec<Vec<usize>> {
    (0..count)
        .map(|row| {
            let place = |(at, axis): (usize, &Axis)| mix(row * axes.len() + at, axis.tuples.len());
            axes.iter().enumerate().map(place).collect()
        })
        .collect()
}

fn question(
    table: &Table,
    axes: &[Axis],
    checks: &[&CheckConstraint],
    sample: Option<&[Vec<usize>]>,
) -> String {
    let mut from: Vec<String> = Vec::new();
    let mut conditions: Vec<String> =
        checks.iter().map(|check| format!("({}) IS NOT FALSE", check.expression)).collect();
    let places: Vec<String> = (0..axes.len()).map(|at| format!("\"gauntlet {at}\"")).collect();
    for (axis, place) in axes.iter().zip(&places) {
        let rows = axis.tuples.iter().enumerate();
        let rows = rows.map(|(at, tuple)| format!("({at}, {})", tuple.join(", ")));
        let names: Vec<&str> =
            axis.columns.iter().map(|column| table.columns[*column].sql.as_str()).collect();
        from.push(format!(
            "(VALUES {}) AS \"gauntlet from {}\" ({place}, {})",
            rows.collect::<Vec<_>>().join(", "),
            from.len(),
            names.join(", ")
        ));
    }
    if let Some(sample) = sample {
        let rows = sample.iter().map(|row| {
            format!("({})", row.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        });
        let names: Vec<String> = (0..axes.len()).map(|at| format!("\"gauntlet s{at}\"")).collect();
        conditions
            .extend(names.iter().zip(&places).map(|(name, place)| format!("{name} = {place}")));
        from.push(format!(
            "(VALUES {}) AS \"gauntlet sample\" ({})",
            rows.collect::<Vec<_>>().join(", "),
            names.join(", ")
        ));
    }
    format!(
        "SELECT DISTINCT ARRAY[{}] FROM {} WHERE {} ORDER BY 1",
        places.join(", "),
        from.join(", "),
        conditions.join(" AND ")
    )
}

//! The way from what is deployed to head, with the queries of the old program prepared after each new version.

use super::report::{self, Broken, Fault};
use crate::checks::outcome::{CheckError, Outcome};
use crate::checks::parts::new_only::JUDGED;
use crate::checks::parts::not_given::{no_old_queries, no_release};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::finding::{DatabaseMessage, Finding};
use crate::history::Migration;
use crate::queries::{
    self, Declared, Effect, Open, Query, QueryChange, Revalidated, Shape, changes,
};
use crate::stage::Stage;

pub(in crate::checks) async fn run(cx: &Context<'_>) -> Outcome {
    let Some(release) = cx.release().map_err(CheckError::Shared)? else {
        return Ok(vec![no_release()]);
    };
    cx.whole_history().runnable().map_err(Error::from)?;
    let origin = &release.shipped.origin;
    let queries = &release.queries.queries;
    if queries.is_empty() {
        return Ok(vec![no_old_queries(&release.queries, origin)]);
    }
    let (mut old, mut new): (Vec<&Migration>, Vec<&Migration>) = (Vec::new(), Vec::new());
    for migration in cx.history().migrations() {
        if release.shipped.is_new(migration.id()) {
            new.push(migration);
        } else {
            old.push(migration);
        }
    }
    let Some(first_new) = new.first() else {
        return Ok(vec![Finding::note(JUDGED, "no version is new")]);
    };
    let mut stage = cx.stage("compat").await?;
    let result = walk(&mut stage, &old, &new, queries).await;
    stage.close(result.as_ref().is_ok_and(|broken| !broken.is_empty())).await;
    let mut findings = report::findings(&result?);
    findings.extend(report::old_build(&*cx.settings().engine, first_new));
    findings.push(report::count(new.len(), &release));
    Ok(findings)
}

/// The queries that a new version breaks, each with the first one that does.
async fn walk<'a>(
    stage: &mut Stage,
    old: &[&'a Migration],
    new: &[&'a Migration],
    queries: &'a [Query],
) -> Result<Vec<Broken<'a>>> {
    for migration in old {
        stage.apply(migration).await?;
    }
    // What does not work on what is deployed, no new version breaks.
    let mut working: Vec<(usize, Shape)> = Vec::new();
    let all: Vec<usize> = (0..queries.len()).collect();
    for (number, shape) in describe(stage, queries, &all).await? {
        working.extend(shape.ok().map(|shape| (number, shape)));
    }
    let statements: Vec<(usize, &str, usize)> = working
        .iter()
        .map(|(number, shape)| (*number, &*queries[*number].sql, shape.parameters.len()))
        .collect();
    let session = stage.sandbox().connect().await?;
    let (mut open, failing) = Open::prepare(session, &statements).await?;
    working.retain(|(number, _)| !failing.contains(number));
    let declared = with_types(stage, queries, &working).await?;
    let mut broken = Vec::new();
    for migration in new {
        stage.apply(migration).await?;
        let numbers: Vec<usize> = working.iter().map(|(number, _)| *number).collect();
        let mut gone: Vec<usize> = Vec::new();
        for ((number, was), (_, is)) in
            working.iter_mut().zip(describe(stage, queries, &numbers).await?)
        {
            let query = &queries[*number];
            let fault = match is {
                Err(error) => {
                    gone.push(*number);
                    Some(Fault::Fails(DatabaseMessage::of_query(&error)))
                }
                Ok(is) => {
                    let changes = felt(changes(was, &is, &query.sql));
                    *was = is;
                    (!changes.is_empty()).then_some(Fault::Differs(changes))
                }
            };
            broken.extend(fault.map(|fault| Broken { query, migration, fault }));
        }
        for (number, fault) in bound(stage, &declared, &working, &gone).await? {
            gone.push(number);
            broken.push(Broken { query: &queries[number], migration, fault });
        }
        for (number, revalidated) in open.revalidate().await? {
            let query = &queries[number];
            let known = broken.iter().any(|one: &Broken<'_>| {
                std::ptr::eq(one.query, query)
                    && one.migration.id() == migration.id()
                    && !one.fault.is_of_values()
            });
            let fault = match revalidated {
                // It fails on a new connection already.
                _ if gone.contains(&number) => continue,
                Revalidated::Stale(_) if known => continue,
                Revalidated::Stale(error) => Fault::Stale(without_numbers(&error)),
                Revalidated::Fails(error) => {
                    gone.push(number);
                    Fault::Fails(DatabaseMessage::of_query(&error))
                }
                Revalidated::Omits(columns) => Fault::Omits(columns),
            };
            broken.push(Broken { query, migration, fault });
        }
        working.retain(|(number, _)| !gone.contains(number));
    }
    Ok(broken)
}

/// The message of an error that may end in the number of an object that is gone.
fn without_numbers(error: &crate::driver::Error) -> DatabaseMessage {
    let mut message = DatabaseMessage::of_query(error);
    let end = message.message.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end().len();
    message.message.truncate(end);
    message
}

/// The queries that work, with the types that the old program declares.
async fn with_types(
    stage: &Stage,
    queries: &[Query],
    working: &[(usize, Shape)],
) -> Result<Vec<Declared>> {
    let mut conn = stage.sandbox().connect().await.map_err(Error::from)?;
    let bound: Vec<_> = working
        .iter()
        .map(|(number, shape)| {
            let query = &queries[*number];
            let recorded = query.recorded.as_ref().map(|shape| &*shape.parameters);
            (*number, &*query.sql, &*shape.parameters, recorded)
        })
        .collect();
    Ok(queries::declared(&mut conn, &bound).await?)
}

/// The queries, by their numbers, that fail with the types that the old program declares.
async fn bound(
    stage: &Stage,
    declared: &[Declared],
    working: &[(usize, Shape)],
    gone: &[usize],
) -> Result<Vec<(usize, Fault)>> {
    let differs = |one: &&Declared| {
        let shape = working.iter().find(|(number, _)| *number == one.query);
        shape
            .is_some_and(|(number, shape)| !gone.contains(number) && one.differs(&shape.parameters))
    };
    let differing: Vec<&Declared> = declared.iter().filter(differs).collect();
    let mut faults = Vec::new();
    if !differing.is_empty() {
        let mut conn = stage.sandbox().connect().await.map_err(Error::from)?;
        for one in differing {
            if let Some((types, error)) = one.fails(&mut conn).await? {
                let message = DatabaseMessage::of_query(&error);
                faults.push((one.query, Fault::Binds { types, message }));
            }
        }
    }
    Ok(faults)
}

/// What a program that was built before feels of the changes. The types of its parameters it says itself.
fn felt(changes: Vec<QueryChange>) -> Vec<QueryChange> {
    let felt = changes.into_iter().filter(|change| {
        change.effect != Effect::Rebuilds && !change.what.starts_with("parameter")
    });
    felt.collect()
}

/// The queries with these numbers, on a connection that is new.
async fn describe(
    stage: &Stage,
    queries: &[Query],
    numbers: &[usize],
) -> Result<Vec<(usize, std::result::Result<Shape, crate::driver::Error>)>> {
    let texts: Vec<&str> = numbers.iter().map(|number| &*queries[*number].sql).collect();
    let mut conn = stage.sandbox().connect().await.map_err(Error::from)?;
    let described = queries::describe(&mut conn, &texts).await?;
    Ok(numbers.iter().copied().zip(described).collect())
}

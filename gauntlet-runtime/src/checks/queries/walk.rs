//! The queries at head, and the way up again for those that do not fit.

use std::collections::BTreeMap;

use super::report::{self, Cause, Symptom, Wrong};
use crate::checks::outcome::{CheckError, Outcome};
use crate::checks::parts::not_given::no_queries;
use crate::context::Context;
use crate::driver::{self, PgConnection};
use crate::error::{Error, Result};
use crate::finding::DatabaseMessage;
use crate::history::Migration;
use crate::queries::{self, Query, Shape, Verdict, changes};
use crate::stage::Stage;

/// Of so many queries at most the version at fault is found.
const TRACED: usize = 200;

pub(in crate::checks) async fn run(cx: &Context<'_>) -> Outcome {
    let settings = cx.settings();
    let (folder, rules) = (&settings.manifest_dir, &settings.queries);
    let found = queries::of_project(folder, rules, &settings.queries_excepted);
    let found = found.map_err(|error| CheckError::Own(error.into()))?;
    if found.queries.is_empty() {
        return Ok(vec![no_queries(&found)]);
    }
    let all: Vec<&Query> = found.queries.iter().collect();
    let mut wrong: Vec<Wrong<'_>> = at_head(cx, &all)
        .await?
        .into_iter()
        .zip(&found.queries)
        .filter_map(|(symptom, query)| Some(Wrong { query, symptom: symptom?, broken_by: None }))
        .collect();
    if !wrong.is_empty() {
        trace(cx, &mut wrong).await?;
    }
    let mut findings = report::findings(&wrong);
    findings.push(report::count(&found));
    Ok(findings)
}

/// How each query does not fit at head.
async fn at_head(cx: &Context<'_>, all: &[&Query]) -> Result<Vec<Option<Symptom>>> {
    let mut stage = cx.stage_without_seeds("queries").await?;
    let mut result = Ok(());
    for migration in cx.history().migrations() {
        result = stage.apply(migration).await.map(|_| ()).map_err(Error::from);
        if result.is_err() {
            break;
        }
    }
    let symptoms = match result {
        Ok(()) => match stage.sandbox().connect().await {
            Ok(mut conn) => ask(&mut conn, all).await,
            Err(error) => Err(error.into()),
        },
        Err(error) => Err(error),
    };
    stage.close(symptoms.as_ref().map_or(true, |all| all.iter().any(Option::is_some))).await;
    symptoms
}

/// Goes up again and finds the version after which a query does not fit any more.
async fn trace<'a>(cx: &'a Context<'_>, wrong: &mut [Wrong<'a>]) -> Result<()> {
    let traced = wrong.len().min(TRACED);
    let wrong = &mut wrong[..traced];
    let mut stage = cx.stage_without_seeds("queries").await?;
    let result = last_fits(&mut stage, cx.history().migrations(), wrong).await;
    stage.close(false).await;
    let migrations = cx.history().migrations();
    for (one, applied) in wrong.iter_mut().zip(result?) {
        one.broken_by = match applied {
            Some(applied) => migrations.get(applied).map(Cause::Version),
            None => Some(Cause::Never),
        };
    }
    Ok(())
}

/// After how many versions each query fits last; `None` where it never does.
async fn last_fits(
    stage: &mut Stage,
    migrations: &[Migration],
    wrong: &[Wrong<'_>],
) -> Result<Vec<Option<usize>>> {
    let queries: Vec<&Query> = wrong.iter().map(|one| one.query).collect();
    let mut last = vec![None; queries.len()];
    let mut conn = stage.sandbox().connect().await?;
    for (applied, migration) in migrations.iter().enumerate() {
        let symptoms = ask(&mut conn, &queries).await?;
        for (last, symptom) in last.iter_mut().zip(symptoms) {
            if symptom.is_none() {
                *last = Some(applied);
            }
        }
        // The state after the last version is known.
        if applied + 1 < migrations.len() {
            stage.apply(migration).await?;
            // It may have changed the setting of the database, which only a new session has.
            if migration.up().sql().contains("search_path") {
                conn = stage.sandbox().connect().await?;
            }
        }
    }
    Ok(last)
}

/// How each query does not fit, asked in a session like that of a program.
async fn ask(conn: &mut PgConnection, all: &[&Query]) -> Result<Vec<Option<Symptom>>> {
    let texts: Vec<&str> = all.iter().map(|query| &*query.sql).collect();
    let described = queries::describe(conn, &texts).await?;
    // Most programs read more than they write, and these need a plan.
    let writes: Vec<usize> = (0..all.len())
        .filter(|number| described[*number].is_ok() && needs_plan(texts[*number]))
        .collect();
    let parameters = |number: usize| described[number].as_ref().map_or(0, |is| is.parameters.len());
    let statements: Vec<(&str, usize)> =
        writes.iter().map(|number| (texts[*number], parameters(*number))).collect();
    let verdicts = queries::verdicts(conn, &statements).await?;
    let mut verdicts: BTreeMap<usize, Option<Verdict>> = writes.into_iter().zip(verdicts).collect();
    let symptom = |(number, (is, query)): (usize, (driver::Result<Shape>, &&Query))| {
        symptom(query, is, verdicts.remove(&number).flatten())
    };
    Ok(described.into_iter().zip(all).enumerate().map(symptom).collect())
}

/// Whether a query may fail when it is planned, although it can be prepared: it writes, or has a FULL JOIN.
fn needs_plan(sql: &str) -> bool {
    const WORDS: [&str; 4] = ["insert", "update", "delete", "full"];
    let sql = sql.to_ascii_lowercase();
    WORDS.iter().any(|word| sql.contains(word))
}

fn symptom(query: &Query, is: driver::Result<Shape>, verdict: Option<Verdict>) -> Option<Symptom> {
    let is = match is {
        Ok(is) => is,
        Err(error) => return Some(Symptom::Fails(DatabaseMessage::of_query(&error))),
    };
    match verdict {
        Some(Verdict::Fails(error)) => {
            return Some(Symptom::Fails(DatabaseMessage::of_query(&error)));
        }
        Some(Verdict::Plans(omitted)) if !omitted.is_empty() => {
            return Some(Symptom::Omits(omitted.into_iter().collect()));
        }
        _ => {}
    }
    let changes = changes(query.recorded.as_ref()?, &is, &query.sql);
    (!changes.is_empty()).then_some(Symptom::Differs(changes))
}

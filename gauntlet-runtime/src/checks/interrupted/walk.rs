//! The way over the new versions, each of them cut off.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::again::Repeated;
use super::findings::leaves;
use super::migrators;
use super::states::{States, opened};
use crate::catalog::Difference;
use crate::checks::outcome::Outcome;
use crate::checks::parts::allow::Given;
use crate::checks::parts::new_versions::NewVersions;
use crate::checks::parts::not_given::nothing_new;
use crate::context::Context;
use crate::engines::Cut;
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::history::{Migration, VersionId};
use crate::stage::{Ascent, Filling, Stage};

pub(in crate::checks) async fn run(cx: &Context<'_>) -> Outcome {
    let Some(versions) = NewVersions::of(cx, cx.settings().interrupted.all)? else {
        return Ok(vec![nothing_new("interrupted")]);
    };
    if versions.new.is_empty() {
        return Ok(vec![versions.note()]);
    }
    let order: Vec<&Migration> = versions.old.iter().chain(&versions.new).copied().collect();
    let ascent = Ascent::in_order(Arc::clone(cx.stages().await?), "interrupted", order.clone());
    let (filling, old) = (Filling::default(), versions.old.len());
    let mut states = States { cx, ascent, filling, order, old, highest: None };
    let result = states.judge_all(&versions).await;
    if let Some((_, stage)) = states.highest.take() {
        stage.close(false).await;
    }
    states.ascent.close().await;
    let mut findings = result?;
    findings.push(versions.note());
    Ok(findings)
}

impl States<'_, '_> {
    async fn judge_all(&mut self, versions: &NewVersions<'_>) -> Result<Vec<Finding>> {
        let old = versions.old.len();
        let mut stage = self.at(old).await?;
        let mut findings = Vec::new();
        for (at, migration) in versions.new.iter().enumerate() {
            let judged = match &stage.cuts(migration)[..] {
                // It is recorded, and that is all.
                [] => stage.apply(migration).await.map(|_| Vec::new()).map_err(Error::from),
                [Cut::BeforeCommit] => self.in_a_transaction(&mut stage, migration).await,
                cuts => {
                    stage.close(false).await;
                    let found = self.cut_off(old + at, migration, cuts).await?;
                    stage = self.at(old + at + 1).await?;
                    Ok(found)
                }
            };
            match judged {
                Ok(found) => findings.extend(found),
                Err(error) => {
                    stage.close(false).await;
                    return Err(error);
                }
            }
        }
        let head = stage.catalog().await;
        stage.close(false).await;
        findings.extend(migrators::run(self, &versions.new, old, &head?).await?);
        self.excuse(&mut findings, versions);
        Given::from(&self.cx.settings().interrupted).complete(&mut findings);
        Ok(findings)
    }

    /// A database to which only the first versions have led.
    async fn at(&mut self, versions: usize) -> Result<Stage> {
        let mut stage = opened(self.ascent.stage(versions).await?);
        match stage.track().await {
            Ok(()) => Ok(stage),
            Err(error) => {
                stage.close(false).await;
                Err(error)
            }
        }
    }

    /// Cuts off a version that has a transaction for all of it, and then applies it.
    async fn in_a_transaction(
        &self,
        stage: &mut Stage,
        migration: &Migration,
    ) -> Result<Vec<Finding>> {
        if let Some(tracker) = stage.tracker() {
            tracker.begin();
        }
        let rows = stage.fingerprint().await?;
        stage.interrupt(migration, Cut::BeforeCommit).await?;
        let differences = match stage.tracker() {
            Some(tracker) => {
                let (before, after) = tracker.between(0, tracker.moment());
                self.cx.diff_moments(&before, &after)
            }
            None => Vec::new(),
        };
        let now = stage.fingerprint().await?;
        let names = rows.tables().chain(now.tables()).map(|(table, ..)| table);
        let written: BTreeSet<&str> =
            names.filter(|table| rows.table(table) != now.table(table)).collect();
        if !differences.iter().any(Difference::is_failure) && written.is_empty() {
            stage.apply(migration).await?;
            return Ok(Vec::new());
        }
        // Whether it can be run again is of no more interest; the next versions need it.
        let found = vec![leaves(migration, differences, &written)];
        stage.recover().await?;
        if stage.apply(migration).await.is_err() {
            stage.recover().await?;
            stage.record(migration).await?;
        }
        Ok(found)
    }

    /// Cuts off a version wherever it has committed something, and runs it again.
    async fn cut_off(
        &mut self,
        place: usize,
        migration: &Migration,
        cuts: &[Cut],
    ) -> Result<Vec<Finding>> {
        let mut repeated = Repeated::start(self, place, migration).await?;
        let result = repeated.judge(cuts).await;
        repeated.close().await;
        result
    }

    /// Makes notes of what is found in the versions of `allow`.
    fn excuse(&self, findings: &mut Vec<Finding>, versions: &NewVersions<'_>) {
        let allowed = &self.cx.settings().interrupted.allow;
        let mut used: Vec<&VersionId> = Vec::new();
        for finding in findings.iter_mut() {
            let Some(version) = &finding.version else { continue };
            let Some(exception) = allowed.iter().find(|id| version.id.matches(id)) else {
                continue;
            };
            used.push(exception);
            finding.severity = Severity::Note;
            finding.help.clear();
        }
        let is_old =
            |id: &VersionId| versions.old.iter().any(|migration| migration.id().matches(id));
        let idle = allowed.iter().filter(|id| !used.contains(id) && !is_old(id));
        findings.extend(idle.map(|id| {
            let title =
                format!("`interrupted(allow = ...)` lists {id}, in which nothing was found");
            Finding::note("idle_exception", title)
                .help("remove it, or correct it if it is misspelt")
        }));
    }
}

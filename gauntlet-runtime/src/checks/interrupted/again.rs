//! One version that commits on its way: cut off, and run again.

use super::findings::{self, CutOff, Stuck, Way, ends_otherwise, fails_again, without_rows};
use super::state::{Deviation, State};
use super::states::{States, opened};
use crate::catalog::{Catalog, Change, Difference, Kind};
use crate::driver;
use crate::engines::Cut;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::history::Migration;
use crate::sql;
use crate::stage::{Copies, Stage};

/// A version, and where the databases come from that are as production is before it.
pub(super) struct Repeated<'r, 'w, 's> {
    walk: &'r mut States<'w, 's>,
    place: usize,
    migration: &'r Migration,
    on: On,
    /// The note that it is cut off on other rows than was meant.
    note: Option<Finding>,
    /// `None` where the server cannot copy them.
    copies: Option<Copies>,
    undisturbed: State,
    /// What is different each time, once that was asked for.
    usual: Option<Deviation>,
}

/// What came of a version that was run again.
enum Again {
    Same,
    Otherwise(Deviation),
    Fails(Stuck),
}

/// A version on a state, and what came of it.
struct Undisturbed {
    state: State,
    /// The database, which goes on from there.
    stage: Stage,
}

impl<'r, 'w, 's> Repeated<'r, 'w, 's> {
    pub(super) async fn start(
        walk: &'r mut States<'w, 's>,
        place: usize,
        migration: &'r Migration,
    ) -> Result<Self> {
        let (mut on, mut note) = (On::Rows, None);
        let (copies, undisturbed) = match prepare(walk, place, migration, on).await {
            // On rows that it does not take there is nothing to cut off.
            Err(Error::Step(error)) if error.fault().is_none() => {
                note = Some(without_rows(migration, &error));
                on = On::None;
                prepare(walk, place, migration, on).await?
            }
            result => result?,
        };
        Ok(Repeated { walk, place, migration, on, note, copies, undisturbed, usual: None })
    }

    pub(super) async fn close(self) {
        if let Some(copies) = self.copies {
            copies.close().await;
        }
    }

    /// A database with rows, right before the version.
    async fn before(&mut self) -> Result<Stage> {
        match &mut self.copies {
            Some(copies) => copy(self.walk, copies).await,
            None => self.on.stage(self.walk, self.place).await,
        }
    }

    /// One finding for the places after which the version fails, and one for those after which it ends in another way.
    pub(super) async fn judge(&mut self, cuts: &[Cut]) -> Result<Vec<Finding>> {
        let (mut failing, mut otherwise) = (Vec::new(), Vec::new());
        for cut in cuts {
            match self.again(*cut).await? {
                Again::Same => {}
                Again::Otherwise(deviation) => otherwise.push((*cut, deviation)),
                Again::Fails(stuck) => failing.push((*cut, stuck)),
            }
        }
        let engine = &self.walk.cx.settings().engine;
        let cut_off = CutOff {
            migration: self.migration,
            alone: engine.sends_statements_alone(),
            no_transaction: engine.no_transaction_line(),
        };
        let mut findings = Vec::new();
        findings.extend(ends_otherwise(&cut_off, otherwise));
        findings.extend(fails_again(&cut_off, failing));
        findings.extend(self.note.take());
        Ok(findings)
    }

    async fn again(&mut self, cut: Cut) -> Result<Again> {
        let mut stage = self.before().await?;
        let result = self.run_again(&mut stage, cut).await;
        self.walk.filling = std::mem::take(&mut self.walk.filling).elsewhere();
        stage.close(false).await;
        result
    }

    async fn run_again(&mut self, stage: &mut Stage, cut: Cut) -> Result<Again> {
        let before = stage.catalog().await?;
        if !stage.interrupt(self.migration, cut).await? {
            return Ok(Again::Same);
        }
        let left = stage.catalog().await?;
        let Err(error) = stage.apply(self.migration).await else {
            let deviation = self.deviation(stage).await?;
            let same = deviation.is_none();
            return Ok(if same { Again::Same } else { Again::Otherwise(deviation) });
        };
        if error.fault().is_some() {
            return Err(error.into());
        }
        stage.recover().await?;
        let way = self.way_out(stage, (&before, &left), cut).await?;
        Ok(Again::Fails(Stuck { error, way }))
    }

    /// A way out that leads to the right end.
    async fn way_out(
        &mut self,
        stage: &mut Stage,
        (before, left): (&Catalog, &Catalog),
        cut: Cut,
    ) -> Result<Option<Way>> {
        if let Some(sql) = self.finish(cut)
            && send(stage, &sql).await?
            && self.deviation(stage).await?.is_none()
        {
            return Ok(Some(Way::Finish(sql)));
        }
        let Some(sql) = self.take_back(before, left, cut) else { return Ok(None) };
        if !send(stage, &sql).await? {
            return Ok(None);
        }
        let leads_on = match stage.apply(self.migration).await {
            Ok(_) => self.deviation(stage).await?.is_none(),
            Err(error) => {
                tracing::debug!(%error, "the version fails again");
                false
            }
        };
        Ok(leads_on.then_some(Way::TakeBack(sql)))
    }

    /// The statement that ends what a run has begun: a partition that is about to be detached.
    fn finish(&self, cut: Cut) -> Option<String> {
        let Cut::Within(at) = cut else { return None };
        let statements = sql::split(&self.migration.up().text);
        let text = statements.get(at)?.text;
        let words: Vec<(usize, String)> = sql::words(text).collect();
        let (concurrently, _) = words.iter().rfind(|(_, word)| word == "concurrently")?;
        let detaches = words.iter().any(|(_, word)| word == "detach");
        detaches.then(|| format!("{}FINALIZE;", &text[..*concurrently]))
    }

    /// The SQL that takes back what a run has left.
    fn take_back(&self, before: &Catalog, left: &Catalog, cut: Cut) -> Option<String> {
        let differences = self.walk.cx.diff_moments(before, left);
        let is_new_index = |difference: &Difference| {
            difference.object.kind == Kind::Index && difference.change == Change::Extra
        };
        if matches!(cut, Cut::Within(_)) && differences.iter().all(is_new_index) {
            let drop = |difference: &Difference| {
                let name = findings::name(&difference.object);
                format!("DROP INDEX CONCURRENTLY IF EXISTS {name};")
            };
            let drops: Vec<String> = differences.iter().map(drop).collect();
            return (!drops.is_empty()).then(|| drops.join("\n"));
        }
        // A type that is made once more has lost the columns that use it.
        if differences.iter().any(|difference| difference.added_labels().is_some()) {
            return None;
        }
        self.walk.cx.rules().mend_moments(before, left, &differences)
    }

    /// What is not as where nothing disturbed the version.
    async fn deviation(&mut self, stage: &mut Stage) -> Result<Deviation> {
        let state = State::read(stage, &mut self.walk.filling).await?;
        let deviation = self.undisturbed.deviation(self.walk.cx, &state);
        if deviation.rows.is_empty() {
            return Ok(deviation);
        }
        if self.usual.is_none() {
            self.walk.filling = std::mem::take(&mut self.walk.filling).elsewhere();
            let another = self.before().await?;
            let another = undisturbed(self.walk, another, self.migration).await?;
            self.usual = Some(self.undisturbed.deviation(self.walk.cx, &another.state));
            another.stage.close(false).await;
        }
        Ok(match &self.usual {
            Some(usual) => deviation.without(usual),
            None => deviation,
        })
    }
}

/// Runs statements one by one. `false` if one of them fails.
async fn send(stage: &mut Stage, statements: &str) -> Result<bool> {
    for statement in sql::split(statements) {
        if let Err(error) = driver::execute(stage.conn(), statement.text).await {
            tracing::debug!(%error, "what was left by the run that was cut off stays");
            return Ok(false);
        }
    }
    stage.recover().await?;
    Ok(true)
}

/// What is in the tables before the version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Rows,
    /// Seeds alone.
    None,
}

impl On {
    /// A database right before a version, which no seed comes after.
    async fn stage(self, walk: &mut States<'_, '_>, place: usize) -> Result<Stage> {
        match self {
            On::Rows => walk.with_rows(place).await,
            On::None => walk.without_rows(place).await,
        }
    }
}

async fn copy(walk: &mut States<'_, '_>, copies: &mut Copies) -> Result<Stage> {
    walk.filling = std::mem::take(&mut walk.filling).elsewhere();
    Ok(opened(copies.copy("interrupted").await?))
}

/// Where copies of the database before a version come from, and the state after it where nothing disturbs it.
async fn prepare(
    walk: &mut States<'_, '_>,
    place: usize,
    migration: &Migration,
    on: On,
) -> Result<(Option<Copies>, State)> {
    let stage = on.stage(walk, place).await?;
    let mut copies = None;
    let stage = if stage.can_be_copied() {
        let made = copies.insert(stage.into_copies(&mut walk.filling).await?);
        copy(walk, made).await
    } else {
        Ok(stage)
    };
    let undisturbed = match stage {
        Ok(stage) => undisturbed(walk, stage, migration).await,
        Err(error) => Err(error),
    };
    match undisturbed {
        Ok(Undisturbed { state, stage }) => {
            let old = if copies.is_some() && on == On::Rows {
                // The next version that is cut off finds the rows as this one has left them.
                walk.highest.replace((place + 1, stage)).map(|(_, old)| old)
            } else {
                Some(stage)
            };
            if let Some(old) = old {
                old.close(false).await;
            }
            Ok((copies, state))
        }
        Err(error) => {
            if let Some(copies) = copies {
                copies.close().await;
            }
            Err(error)
        }
    }
}

/// The state after a version that nothing disturbs.
async fn undisturbed(
    walk: &mut States<'_, '_>,
    mut stage: Stage,
    migration: &Migration,
) -> Result<Undisturbed> {
    let run = async {
        stage.apply(migration).await?;
        State::read(&mut stage, &mut walk.filling).await
    };
    let state = run.await;
    walk.filling = std::mem::take(&mut walk.filling).elsewhere();
    match state {
        Ok(state) => Ok(Undisturbed { state, stage }),
        Err(error) => {
            stage.close(false).await;
            Err(error)
        }
    }
}

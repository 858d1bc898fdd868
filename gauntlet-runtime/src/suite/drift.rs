//! A database against the migrations: which versions it has, and how its schema differs from the one that they make.

use std::sync::Arc;
use std::time::Instant;

use super::Suite;
use super::schemas::Live;
use crate::catalog::write::names::qualify;
use crate::catalog::{Catalog, Difference, Kind};
use crate::context::{Context, PARTITIONS};
use crate::driver;
use crate::engines::engine_of;
use crate::error::{Error, Result};
use crate::finding::{Fact, Finding, Report, Sides};
use crate::history::shipped::{Change, Edit, ShippedScript};
use crate::history::{History, Migration, VersionId};
use crate::{repair, sql};

impl Suite {
    /// Compares a database with the migrations. It is only read, in a read-only transaction; the migrations that it
    /// records run in a database of the suite's own server.
    #[doc(hidden)]
    pub async fn drift(&self, url: &str) -> Report {
        let start = Instant::now();
        let (findings, error) = match self.look_for_drift(url).await {
            Ok(findings) => (findings, None),
            Err(error) => (Vec::new(), Some(format!("{error:?}"))),
        };
        Report::new(&self.settings.name, "drift", start.elapsed(), findings, error)
    }

    async fn look_for_drift(&self, url: &str) -> Result<Vec<Finding>, Arc<Error>> {
        let cx = self.context()?;
        let LiveSchema { applied, checksums, catalog: actual } = self.live(url).await?;
        let mut findings = versions(cx.whole_history(), &applied);
        let edited = self.edited(cx.whole_history(), &checksums);
        let expected = match self.schema_of_versions(&applied).await {
            Ok(expected) => expected,
            // Without the versions that are missing, the others need not apply.
            Err(error) if findings.iter().chain(&edited).any(Finding::is_failure) => {
                findings.extend(edited);
                let title =
                    "the schemas are not compared: the versions of the database do not apply";
                findings.push(Finding::note("not_compared", title).fact(format!("{error:?}")));
                return Ok(findings);
            }
            Err(error) => return Err(error),
        };
        let differences = cx.diff_from_model(&expected, &actual);
        let (failures, notes): (Vec<_>, Vec<_>) =
            differences.into_iter().partition(Difference::is_failure);
        let sides = Sides::MigrationsAndDatabase;
        if !failures.is_empty() {
            findings.push(differs(&cx, &expected, &actual, failures));
        }
        // What differs matters more than the script that has made it differ.
        findings.extend(edited);
        if !notes.is_empty() {
            let title =
                "the schema of the database matches its migrations except for cosmetic differences";
            findings.push(Finding::note("database_drift_note", title).differences(sides, notes));
        }
        findings.extend(self.other_partitions(&expected, &actual));
        cx.say_who_runs(&mut findings).await?;
        Ok(findings)
    }

    /// A note on the partitions that one side alone has, where partitions are not compared.
    fn other_partitions(&self, expected: &Catalog, actual: &Catalog) -> Option<Finding> {
        if self.settings.diff.partition_children {
            return None;
        }
        let only = |one: &Catalog, other: &Catalog| -> Vec<String> {
            let partitions = one.objects.iter().filter(|(_, object)| object.has("partition_of"));
            let alone = partitions.filter(|(id, _)| other.get(id).is_none());
            alone.map(|(id, _)| qualify(id.schema.as_deref(), &id.name)).collect()
        };
        let (gone, added) = (only(expected, actual), only(actual, expected));
        if gone.is_empty() && added.is_empty() {
            return None;
        }
        let title = "partitions are not compared, and those of the database are others";
        let mut finding = Finding::note(PARTITIONS, title);
        for (what, names) in [("not in the database", gone), ("not made by the migrations", added)]
        {
            if !names.is_empty() {
                finding =
                    finding.fact(Fact::Objects(vec![format!("{what}: {}", names.join(", "))]));
            }
        }
        Some(finding.help("set `partitions = true` to compare them too"))
    }

    /// One finding for each version whose up is not the one that the database has recorded.
    fn edited(&self, history: &History, checksums: &[(VersionId, String)]) -> Vec<Finding> {
        let edited = |(id, was): &(VersionId, String)| {
            let migration = &history.migrations()[history.index_of(id)?];
            let engine = engine_of(&self.settings.engine, migration.id());
            let now = engine.checksum(migration.up());
            (!was.eq_ignore_ascii_case(&now)).then(|| self.edit(migration, was, now))
        };
        checksums.iter().filter_map(edited).collect()
    }

    /// The finding on one that was applied with another text.
    fn edit(&self, migration: &Migration, was: &str, now: String) -> Finding {
        let version = migration.version().clone();
        let title = format!("{version} was applied with other contents");
        let heal = self.settings.engine.heal(&version.id, was, &now);
        let change = Change::UpEdited {
            version,
            edit: Edit::Unknown,
            was: ShippedScript { checksum: Some(was.to_owned()), text: None, file: None },
            checksum: now.clone(),
        };
        let mut finding = Finding::failure("applied_up_changed", title).at_up(migration);
        if let Some(consequence) = self.settings.engine.at_deployment(&change) {
            finding = finding.fact(consequence);
        }
        finding
            .fact(format!("checksum in the database: {was}"))
            .fact(format!("checksum of the file:     {now}"))
            .help("bring the script back, and make the change in a new version")
            .help_sql(
                "or, if the change is meant and the schema has it, correct the checksum",
                heal,
            )
    }

    /// What a database records of the versions, and its schema.
    async fn live(&self, url: &str) -> Result<LiveSchema> {
        let engine = &self.settings.engine;
        let table = engine.table();
        let mut live = Live::connect(url).await?;
        let tables: Vec<&str> = engine.tables();
        let missing: Option<String> = driver::query_scalar(
            "SELECT name FROM pg_catalog.unnest($1::text[]) name WHERE pg_catalog.to_regclass(name) IS NULL LIMIT 1",
        )
        .bind(&tables)
        .fetch_optional(live.conn())
        .await?;
        let read = async {
            if let Some(table) = missing {
                return Err(Error::Usage(format!(
                    "the database has no table {table}, so {} has applied no migration to it; check the URL and its `search_path`",
                    engine.name()
                )));
            }
            let applied = engine.applied(live.conn(), table).await?;
            let checksums = engine.checksums(live.conn(), table).await?;
            Ok(LiveSchema { applied, checksums, catalog: live.catalog(&tables).await? })
        };
        let read = read.await;
        live.close().await;
        read
    }
}

/// The finding on a schema that differs, with the SQL of both ways out.
fn differs(
    cx: &Context<'_>,
    expected: &Catalog,
    actual: &Catalog,
    failures: Vec<Difference>,
) -> Finding {
    let compare = |to: &Catalog, from: &Catalog| {
        let mut differences = cx.diff_from_model(to, from);
        // Of the database itself a comparison the other way round says more than this one.
        differences.retain(|d| {
            d.is_failure()
                && (d.object.kind != Kind::Database
                    || failures.iter().any(|known| known.object == d.object))
        });
        differences
    };
    let back = compare(expected, actual);
    let back = repair::mend(expected, actual, &back).whole_script(&back);
    let kept = compare(actual, expected);
    let plan = repair::mend(actual, expected, &kept).guarded();
    // Where a relation is to be made again under its name, nothing tells the new one from the old one.
    let is_safe = !plan.steps.iter().any(|step| is_remade(&step.sql, actual));
    let kept = plan.whole_script(&kept).filter(|_| is_safe);

    let title = "the schema of the database differs from the one that its migrations make";
    let finding = Finding::failure("database_drift", title);
    // What the migrations do not make may be there on purpose.
    let finding = match kept {
        Some(sql) => finding.help_sql(
            &warned("if the database is right, add a migration; this one does nothing where it is done already", &sql),
            sql,
        ),
        None => finding.help(
            "if the database is right, write a migration that changes nothing where it is done already",
        ),
    };
    let finding = match back {
        Some(sql) => finding
            .help_sql(&warned("if the migrations are right, bring the database back", &sql), sql),
        None => finding,
    };
    finding.differences(Sides::MigrationsAndDatabase, failures)
}

/// What a script is for, with a warning where rows are lost with it.
fn warned(text: &str, script: &str) -> String {
    let warning = if sql::destroys_rows(script) { "; THIS DESTROYS DATA" } else { "" };
    format!("{text}{warning}")
}

/// Whether a statement drops a relation that the database is to have, or sets a sequence back.
fn is_remade(sql: &str, wanted: &Catalog) -> bool {
    let Some((_, name)) = sql.split_once(" IF EXISTS ") else {
        return sql.starts_with("SELECT ");
    };
    let statement = sql.rsplit_once('\n').map_or(sql, |(_, last)| last);
    statement.starts_with("DROP ")
        && wanted
            .objects
            .keys()
            .any(|id| id.kind.is_relation() && qualify(id.schema.as_deref(), &id.name) == name)
}

/// What a database that is only read has.
struct LiveSchema {
    applied: Vec<VersionId>,
    /// The checksums that its bookkeeping has.
    checksums: Vec<(VersionId, String)>,
    catalog: Catalog,
}

/// How the versions of a database differ from the history.
fn versions(history: &History, applied: &[VersionId]) -> Vec<Finding> {
    let migrations = history.migrations();
    let unknown = applied.iter().filter(|version| history.index_of(version).is_none());
    let mut findings: Vec<Finding> = unknown
        .map(|version| {
            let title = format!("the database has version {version}, which the history does not have");
            Finding::failure("unknown_applied_version", title).help(
                "bring its script back, or deploy the program that knows it: one that does not refuses to start",
            )
        })
        .collect();
    let is_applied = |version: &VersionId| applied.iter().any(|known| version.matches(known));
    let last = |part: Option<&str>| {
        migrations.iter().rposition(|m| m.id().part() == part && is_applied(m.id()))
    };
    let mut pending = 0;
    for (index, migration) in migrations.iter().enumerate() {
        if is_applied(migration.id()) {
            continue;
        }
        if last(migration.id().part()).is_some_and(|last| index < last) {
            let title =
                format!("{} is not applied, although later versions are", migration.version());
            let finding = Finding::failure("late_version", title).at_up(migration).help(
                "rename it to a version above the last one: a new database applies it earlier than this one would",
            );
            findings.push(finding);
        } else {
            pending += 1;
        }
    }
    if pending > 0 {
        let title = match pending {
            1 => "1 version is not applied yet".to_owned(),
            n => format!("{n} versions are not applied yet"),
        };
        findings.push(Finding::note("pending_versions", title));
    }
    findings
}

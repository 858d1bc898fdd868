//! `GAUNTLET_BLESS=1`: `up_to_date` writes the model's SQL file from head.

use crate::checks::outcome::CheckError;
use crate::context::Context;
use crate::error::Error;
use crate::finding::Finding;
use crate::model::{self, Blessed, ModelSet, Models};

/// The kind of the notes about what blessing did.
pub(crate) const BLESSED: &str = "blessed";

/// Writes each SQL file that is a model, and notes what was done, or why nothing could be.
///
/// The models are loaded first, so that what is written has been loaded once.
pub(in crate::checks) async fn run(cx: &Context<'_>) -> Result<Vec<Finding>, CheckError> {
    let models = cx.models().await.map_err(CheckError::Shared)?;
    let mut notes = Vec::new();
    for model in models.iter() {
        let Some(file) = &model.file else {
            let title = format!(
                "GAUNTLET_BLESS=1 does not write the model {}: it is not a single SQL file",
                model.name
            );
            notes.push(Finding::note(BLESSED, title));
            continue;
        };
        let script = cx.script().await.map_err(CheckError::Shared)?;
        let blessed = model::bless(&cx.settings().manifest_dir, file, &script)
            .map_err(|error| CheckError::Own(Error::Model(error)))?;
        let title = match blessed {
            Blessed::Written(file) => {
                format!("wrote {} from the migrations at head", file.display())
            }
            Blessed::Same(file) => {
                format!("{} already matches the migrations at head", file.display())
            }
        };
        notes.push(Finding::note(BLESSED, title));
    }
    // Structs next to a file need no note.
    if models.is_empty() {
        let stated = cx.settings().model.as_ref().map_or(&[][..], ModelSet::stated);
        notes.extend(stated.iter().map(not_written));
    }
    Ok(notes)
}

fn not_written(models: &Models) -> Finding {
    let title = format!(
        "GAUNTLET_BLESS=1 does not write {}: it is Rust code, not a SQL file",
        models.name()
    );
    Finding::note(BLESSED, title)
}

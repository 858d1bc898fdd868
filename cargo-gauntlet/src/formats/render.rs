//! The choice of the format.

use std::path::Path;

use gauntlet_runtime::env::Env;

use super::{Run, github, json, junit, text};
use crate::cli::Format;
use crate::failure::Failure;

/// The text for standard output. `folder` is where the paths of findings start.
pub(crate) fn render(
    format: Format,
    quiet: bool,
    run: &Run,
    folder: &Path,
    env: &Env,
) -> Result<String, Failure> {
    match format {
        Format::Text => Ok(text::render(run, quiet)),
        Format::Json => Ok(json::render(run)),
        Format::Junit => junit::render(run),
        Format::Github => github::render(run, folder, env),
    }
}

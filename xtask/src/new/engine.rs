//! `cargo xtask new-engine NAME`.

use std::path::Path;

use super::edit::{Edits, camel, words};

/// Writes the stub of an engine: its folder, its line in the list, its test.
///
/// # Errors
///
/// A sentence: the name does not fit, or a file is not as expected.
pub(crate) fn new_engine(root: &Path, name: &str) -> Result<String, String> {
    let engine = camel(&words(name)?);
    let fill = |template: &str| template.replace("NAME", name).replace("TYPE", &engine);
    let mut edits = Edits::new(root);
    let list = "gauntlet-runtime/src/engines/mod.rs";
    let folder = format!("gauntlet-runtime/src/engines/{name}");
    let text = fill(include_str!("../../templates/engine/mod.rs"));
    edits.create(&format!("{folder}/mod.rs"), text)?;
    let text = fill(include_str!("../../templates/engine/engine.rs"));
    edits.create(&format!("{folder}/engine.rs"), text)?;
    edits.declare(list, name)?;
    edits.before(list, "pub use engine::", &format!("pub use self::{name}::{engine};\n"))?;
    let text = fill(include_str!("../../templates/engine/test.rs"));
    edits.create(&format!("tests/it/engines/{name}.rs"), text)?;
    edits.declare("tests/it/engines/mod.rs", name)?;
    let files = edits.write()?;
    Ok(format!(
        "{}\n\nNext: read the source as the tool does, take its steps as the tool takes them, and compare both in the test.\n\
         Export the type from `src/engines.rs`, or where the facade lists engines, and record the public API again.",
        files.join("\n")
    ))
}

//! `cargo xtask new-check NAME`.

use std::path::Path;

use super::edit::{Edits, camel, words};

/// Writes the stub of a check: its file, its line in the list, its gallery, its heading in the docs.
///
/// # Errors
///
/// A sentence: the name does not fit, or a file is not as expected.
pub(crate) fn new_check(root: &Path, name: &str) -> Result<String, String> {
    let variant = camel(&words(name)?);
    let fill = |template: &str| template.replace("NAME", name).replace("VARIANT", &variant);
    let mut edits = Edits::new(root);
    let check = format!("gauntlet-runtime/src/checks/{name}.rs");
    edits.create(&check, fill(include_str!("../../templates/check/check.rs")))?;
    edits.declare("gauntlet-runtime/src/checks/mod.rs", name)?;
    let gallery = format!("tests/it/gallery/{name}.rs");
    edits.create(&gallery, fill(include_str!("../../templates/check/gallery.rs")))?;
    edits.declare("tests/it/gallery/mod.rs", name)?;
    // Behind the last entry of the list.
    let entry = fill(include_str!("../../templates/check/entry.rs"));
    edits.before("gauntlet-plan/src/check.rs", "}", &entry)?;
    let heading = fill(include_str!("../../templates/check/heading.md"));
    edits.before("docs/checks.md", "## In schema isolation", &heading)?;
    let row = fill("| `NAME` | `NAME` | |\n");
    edits.before("docs/json.md", "| all that run migrations", &row)?;
    let files = edits.write()?;
    Ok(format!(
        "{}\n\nNext: write the check and its examples. Then record the texts that list all checks, and read the changes:\n\
         \x20 UPDATE_EXPECT=1 cargo test -p migration-gauntlet-plan -p migration-gauntlet-macros\n\
         \x20 TRYBUILD=overwrite cargo test --test ui\n\
         \x20 UPDATE_EXPECT=1 cargo test --test api\n\
         The last one also writes the tables of checks in README.md and docs/migration_suite.md.",
        files.join("\n")
    ))
}

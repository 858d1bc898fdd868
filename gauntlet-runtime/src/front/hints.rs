//! What a suite could find as well, for a reader who has just begun.

use crate::context::Settings;

/// The arguments that a suite with no more than the defaults lacks, each with what it finds; `None` once one of them is
/// given.
pub(super) fn of(settings: &Settings) -> Option<String> {
    let begun = settings.model.is_some()
        || !settings.seeds.is_empty()
        || settings.seed_folder.is_some()
        || settings.as_role.is_some()
        || settings.shipped.is_some()
        || !settings.env.hints();
    let lines = [
        "next: `model = \"schema.sql\"` and one run with GAUNTLET_BLESS=1: from then on a review shows what each migration \
         does to the schema",
        "next: `shipped = git(\"origin/main\")` finds edited and late scripts, `seeds = \"seeds\"` what fails only on rows, \
         `as_role = \"app\"` what only a superuser may do (GAUNTLET_HINTS=0 hides these lines)",
    ];
    (!begun).then(|| lines.join("\n") + "\n")
}

//! Rules that concern more than one part of an invocation.

use super::ast::Generated;
use super::attr::{Irreversible, Selection, Settings};
use super::module::Module;
use crate::mistakes::Mistakes;
use crate::words::Check;

/// The tests that are generated, whether they run or not.
fn checks(settings: &Settings) -> Vec<Check> {
    let wanted = |check: &Check| settings.checks.as_ref().is_none_or(|all| all.contains(check));
    Check::all().filter(wanted).collect()
}

/// No item of the user may bear the name of a generated test. That holds for a skipped one too: it
/// is still there, as ignored.
pub(crate) fn names(settings: &Settings, module: &Module, mistakes: &mut Mistakes) {
    if !settings.servers.is_empty() {
        // The generated tests stand in modules of their own.
        return;
    }
    let checks = checks(settings);
    for (ident, kind) in &module.values {
        if Check::named(&ident.to_string()).is_some_and(|check| checks.contains(&check)) {
            let text = format!(
                "`{ident}` is the name of a generated test; give this {kind} another name, or put \
                 it into a module of its own"
            );
            mistakes.at(ident, text);
        }
    }
}

/// Which tests run, and why the others do not. What the user said comes before what follows from
/// the arguments.
pub(crate) fn tests(settings: &Settings, selection: &Selection) -> Vec<Generated> {
    let ignored =
        |check: Check| selection.reason_against(check).or_else(|| reason_against(check, settings));
    checks(settings).into_iter().map(|check| Generated { check, ignored: ignored(check) }).collect()
}

fn reason_against(check: Check, settings: &Settings) -> Option<String> {
    let irreversible = settings.irreversible.as_ref().map(|given| &given.value);
    // A shared suite may bring a model of its own.
    let no_model = settings.model.is_none() && settings.suite.is_none();
    let reason = match irreversible {
        _ if check.needs_model() && no_model => "no model given",
        Some(Irreversible::All) if check.name == "downgrade_all_the_way" => {
            "every version is declared irreversible"
        }
        _ => return None,
    };
    Some(reason.to_owned())
}

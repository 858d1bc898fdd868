//! Rules that concern more than one part of an invocation.

use gauntlet_plan::{Check, Plan, Request};
use proc_macro2::Span;

use super::attr::{Choice, Irreversible, Listed, Role, Selection, Settings};
use super::module::Module;
use super::{downs, prepared};
use crate::mistakes::Mistakes;

/// The plan that the words lead to. Every mistake is reported at its word, and there is no plan then.
pub(crate) fn plan(
    settings: &Settings,
    selection: &Selection,
    module: &Module,
    mistakes: &mut Mistakes,
) -> Option<Plan> {
    let (request, spans) = request(settings, selection, module);
    match gauntlet_plan::plan(&request) {
        Ok(plan) => Some(plan),
        Err(found) => {
            for mistake in found {
                let span = spans.get(mistake.word).copied().unwrap_or_else(Span::call_site);
                mistakes.at_span(span, mistake);
            }
            None
        }
    }
}

/// The request for a plan, and the span of each of its words.
fn request(settings: &Settings, selection: &Selection, module: &Module) -> (Request, Vec<Span>) {
    let mut request = Request::new();
    let mut spans = Vec::new();
    if let Some(Listed::Words(words)) = &settings.checks {
        request.list_none();
        for word in words {
            request.list(word.value());
            spans.push(word.span());
        }
    }
    for Choice { role, word, reason } in &selection.choices {
        match role {
            Role::Skip => {
                let reason = reason.as_deref().unwrap_or("skipped by #[gauntlet(skip)]");
                request.skip(word.value(), Some(reason))
            }
            Role::Only => request.only(word.value(), reason.as_deref()),
        };
        spans.push(word.span());
    }
    request.own_tests(module.own_names());
    // A shared suite may bring a model of its own, and say what has shipped.
    request.has_model(settings.model.is_some() || settings.suite.is_some());
    request.has_shipped(settings.shipped.is_some() || settings.suite.is_some());
    request.judges_all(Check::Locks, settings.locks.as_ref().is_some_and(|given| given.value.all));
    request.judges_all(
        Check::Populated,
        settings.populated.as_ref().is_some_and(|given| given.value.all),
    );
    request.judges_all(
        Check::Interrupted,
        settings.interrupted.as_ref().is_some_and(|given| given.value.all),
    );
    request.has_queries(prepared::of(settings));
    let of_git = settings.shipped.as_ref().is_some_and(|given| given.value.may_be_git());
    request.has_release(settings.compat.is_some() || of_git || settings.suite.is_some());
    let irreversible = settings.irreversible.as_ref().map(|given| &given.value);
    request.reverts_nothing(matches!(irreversible, Some(Irreversible::All)));
    request.has_budget(
        settings.budget.is_some()
            || selection.at_versions.iter().any(|at| at.method == "budget_of"),
    );
    request.has_no_downs(downs::has_none(settings));
    (request, spans)
}

/// Checks that no item of the user has the name of a generated test. That includes ignored ones: they are generated too.
pub(crate) fn names(
    settings: &Settings,
    module: &Module,
    plan: Option<&Plan>,
    mistakes: &mut Mistakes,
) {
    if !settings.servers.is_empty() {
        // The generated tests are in modules of their own.
        return;
    }
    let is_generated = |check| match plan {
        Some(plan) => plan.of(check).is_some(),
        // The words are wrong. Without a list every check is generated.
        None => settings.checks.is_none(),
    };
    for (ident, kind) in &module.values {
        if Check::named(&ident.to_string()).is_some_and(is_generated) {
            let text = format!(
                "`{ident}` is the name of a generated test; rename this {kind}, or move it into a \
                 module of its own"
            );
            mistakes.at(ident, text);
        }
    }
}

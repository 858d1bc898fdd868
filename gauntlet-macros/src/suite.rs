//! A suite as the rest of the macro sees it: read, validated, with every decision made.

use proc_macro2::TokenStream;

use crate::mistakes::Mistakes;
use crate::module::Module;
use crate::names::Check;
use crate::plans::Plan;
use crate::selection::Selection;
use crate::settings::Settings;
use crate::{args, expand, fallback, validate};

/// What is to be emitted.
pub(crate) struct Suite {
    pub(crate) settings: Settings,
    pub(crate) module: Module,
    pub(crate) plans: Vec<Plan>,
    pub(crate) tests: Vec<Generated>,
}

/// A generated test.
pub(crate) struct Generated {
    pub(crate) check: Check,
    /// Why it is shown as ignored, if it is.
    pub(crate) ignored: Option<String>,
}

/// The whole way from the attribute to the tokens that take the module's place.
pub(crate) fn migration_suite(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let settings = Settings::read(args::parse(args, &mut mistakes), &mut mistakes);
    let module = match Module::read(item.clone(), &mut mistakes) {
        Ok(module) => module,
        Err(error) => {
            mistakes.push(error);
            return fallback::without_module(mistakes, item);
        }
    };
    let own = module.own_names();
    let selection = Selection::read(&module.gauntlet, &own, &mut mistakes);
    validate::names(&settings, &module, &mut mistakes);
    if !mistakes.is_empty() {
        return fallback::with_module(mistakes, &module);
    }
    let tests = validate::tests(&settings, &selection);
    expand::suite(&Suite { settings, module, plans: selection.plans, tests })
}

//! `gauntlet.toml` for crates that use the derives alone: it is not read, and no reader of TOML is built.

use proc_macro2::TokenStream;

use super::attr::Selection;
use crate::args::Arg;
use crate::mistakes::Mistakes;

/// No settings.
pub(crate) struct SettingsFile;

impl SettingsFile {
    pub(crate) fn of_crate(_: &mut Mistakes) -> SettingsFile {
        SettingsFile
    }

    pub(crate) fn complete(
        &self,
        given: Vec<Arg>,
        _: impl Fn(&str) -> bool,
        _: &mut Mistakes,
    ) -> Vec<Arg> {
        given
    }

    pub(crate) fn choose(&self, _: &mut Selection) {}

    pub(crate) fn tracked(&self) -> Option<TokenStream> {
        None
    }
}

//! The words that choose among the checks, as somebody wrote them.

use crate::check::Check;
use crate::prepared::Prepared;

/// A choice among the checks and the facts that it depends on: what [`plan`](crate::plan) turns into a plan.
///
/// Every method that takes a word returns the number of that word, by which a [`Mistake`](crate::Mistake) refers to it.
/// A front end keeps where each word was written (a span, an argument of the command line) under the same number.
///
/// ```
/// let mut request = gauntlet_plan::Request::new();
/// request.skip("naming", Some("legacy names"));
/// request.has_model(true);
/// let plan = gauntlet_plan::plan(&request).expect("every word is valid");
/// let naming = plan.of(gauntlet_plan::Check::Naming).expect("it is skipped but listed");
/// assert_eq!(naming.ignored.as_ref().map(ToString::to_string).as_deref(), Some("legacy names"));
/// ```
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub struct Request {
    pub(crate) words: Vec<Word>,
    /// True if the words of [`Role::List`] are all that there is, even if there is none.
    pub(crate) listed: bool,
    pub(crate) own_tests: Vec<String>,
    pub(crate) has_model: bool,
    pub(crate) has_shipped: bool,
    pub(crate) prepared: Prepared,
    pub(crate) has_release: bool,
    /// The checks that judge every version as new.
    pub(crate) judge_all: Vec<Check>,
    pub(crate) way_back: WayBack,
    pub(crate) has_budget: bool,
}

/// Whether the history has a way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum WayBack {
    /// Some version has one, as far as is known.
    #[default]
    Possible,
    /// Every version is declared irreversible.
    DeclaredNone,
    /// No version has a down script, and nothing is declared.
    NoDowns,
}

/// A word with what it was written for.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) role: Role,
    pub(crate) text: String,
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    List,
    Skip,
    Only,
}

impl Request {
    /// A request for every check of a suite without a model.
    pub fn new() -> Request {
        Request::default()
    }

    /// Lists a check or group that is part of the plan. Checks that no word lists are left out of the plan. Without any
    /// list, every check is part of it.
    pub fn list(&mut self, word: impl Into<String>) -> usize {
        self.listed = true;
        self.push(Role::List, word.into(), None)
    }

    /// Lists no check: the plan is empty, except for what [`list`](Request::list) adds.
    pub fn list_none(&mut self) {
        self.listed = true;
    }

    /// Skips a check or group. It remains part of the plan, as ignored, for this reason or as `skipped`.
    pub fn skip(&mut self, word: impl Into<String>, reason: Option<&str>) -> usize {
        self.push(Role::Skip, word.into(), reason)
    }

    /// Skips every check except for those that such a word names. Excludes [`skip`](Request::skip).
    pub fn only(&mut self, word: impl Into<String>, reason: Option<&str>) -> usize {
        self.push(Role::Only, word.into(), reason)
    }

    /// The names of the user's own tests, which no word can choose. They improve the message about such a word.
    pub fn own_tests(&mut self, names: impl IntoIterator<Item = impl Into<String>>) {
        self.own_tests.extend(names.into_iter().map(Into::into));
    }

    /// Sets whether there is a model to compare with. Default: `false`.
    pub fn has_model(&mut self, has_model: bool) {
        self.has_model = has_model;
    }

    /// Sets whether the suite says what has shipped. Default: `false`.
    pub fn has_shipped(&mut self, has_shipped: bool) {
        self.has_shipped = has_shipped;
    }

    /// Sets which queries of the program are known. Those that a suite gives are of PostgreSQL. Default: none.
    pub fn has_queries(&mut self, prepared: Prepared) {
        self.prepared = prepared;
    }

    /// Sets whether the suite names the git ref of the deployed program. Default: `false`.
    pub fn has_release(&mut self, has_release: bool) {
        self.has_release = has_release;
    }

    /// Sets whether a check of what is new judges every version, whatever has shipped. Default: `false`.
    pub fn judges_all(&mut self, check: Check, all: bool) {
        self.judge_all.retain(|known| *known != check);
        if all {
            self.judge_all.push(check);
        }
    }

    /// Sets whether every version is declared irreversible. Default: `false`.
    pub fn reverts_nothing(&mut self, reverts_nothing: bool) {
        self.way(WayBack::DeclaredNone, reverts_nothing);
    }

    /// Sets whether no version has a down script, and nothing is said about the way back. Default: `false`.
    pub fn has_no_downs(&mut self, has_no_downs: bool) {
        // A declaration is not asked for twice.
        if self.way_back != WayBack::DeclaredNone {
            self.way(WayBack::NoDowns, has_no_downs);
        }
    }

    /// Sets whether the ups are limited in time, which is judged where there is no way back too. Default: `false`.
    pub fn has_budget(&mut self, has_budget: bool) {
        self.has_budget = has_budget;
    }

    fn way(&mut self, way: WayBack, holds: bool) {
        if holds {
            self.way_back = way;
        } else if self.way_back == way {
            self.way_back = WayBack::Possible;
        }
    }

    fn push(&mut self, role: Role, text: String, reason: Option<&str>) -> usize {
        self.words.push(Word { role, text, reason: reason.map(str::to_owned) });
        self.words.len() - 1
    }
}

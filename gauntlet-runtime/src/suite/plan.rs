//! The plan of a suite from words: which of its checks run, and why the others are ignored.
//!
//! The macro makes the same plan while it expands; a front end that has a [`Suite`] and words asks here.

use gauntlet_plan::Prepared;
pub use gauntlet_plan::{Fault, Mistake, Plan, Planned, Reason, Request};

use super::Suite;
use crate::checks::Check;
use crate::context::Context;
use crate::history::Irreversible;

impl Suite {
    /// The plan that a request leads to for this suite. Whether there is a model, whether the suite says what has shipped, which
    /// queries are known, whether every version is declared irreversible, and whether any has a down script is taken from the suite.
    ///
    /// ```
    /// # use gauntlet_runtime as gauntlet;
    /// use gauntlet::{Check, Suite};
    /// use gauntlet::suite::Request;
    ///
    /// let suite = Suite::new("by_hand", env!("CARGO_MANIFEST_DIR"));
    /// let mut request = Request::new();
    /// request.only("consistency", None);
    /// let plan = suite.plan(request).expect("`consistency` is a group");
    /// let ignored: Vec<String> = plan
    ///     .checks
    ///     .iter()
    ///     .filter_map(|planned| Some(format!("{}: {}", planned.check.name(), planned.ignored.as_ref()?)))
    ///     .collect();
    /// assert_eq!(ignored[0], "up_to_date: no model given");
    /// assert_eq!(ignored[3], "naming: not in only(consistency)");
    /// assert!(plan.running().any(|check| check == Check::Stairway));
    /// ```
    ///
    /// # Errors
    ///
    /// Every mistake in the words, in their order.
    #[doc(hidden)]
    pub fn plan(&self, mut request: Request) -> Result<Plan, Vec<Mistake>> {
        request.has_model(self.settings.model.is_some());
        request.has_shipped(self.settings.shipped.is_some());
        request.judges_all(Check::Locks, self.settings.locks.all);
        request.judges_all(Check::Populated, self.settings.populated.all);
        request.judges_all(Check::Interrupted, self.settings.interrupted.all);
        let prepared = if self.settings.queries.gives() {
            Prepared::OfPostgres
        } else {
            Prepared::of(&self.settings.manifest_dir)
        };
        request.has_queries(prepared);
        request.has_release(self.settings.release().is_some());
        request.has_budget(self.settings.budget.is_some() || !self.settings.budgets.is_empty());
        request.reverts_nothing(matches!(self.settings.irreversible, Irreversible::All));
        let silent = matches!(self.settings.irreversible, Irreversible::None)
            && self.settings.downgrade_floor.is_none();
        let only_up = |cx: Context<'_>| {
            let history = cx.history();
            !history.migrations().is_empty() && !history.has_downs()
        };
        request
            .has_no_downs(silent && Context::new(&self.settings, &self.shared).is_ok_and(only_up));
        gauntlet_plan::plan(&request)
    }
}

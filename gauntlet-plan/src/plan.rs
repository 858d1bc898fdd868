//! From a request to a plan.

use std::fmt;

use crate::check::{Check, Needs};
use crate::mistake::{Fault, Mistake};
use crate::prepared::Prepared;
use crate::request::{Request, Role, WayBack, Word};
use crate::selectable::checks_named;

/// The checks of a suite, in the order in which they are generated, each of which runs or is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The checks.
    pub checks: Vec<Planned>,
}

impl Plan {
    /// The part of the plan that is about this check, if it is in the plan.
    pub fn of(&self, check: Check) -> Option<&Planned> {
        self.checks.iter().find(|planned| planned.check == check)
    }

    /// The checks that run.
    pub fn running(&self) -> impl Iterator<Item = Check> {
        self.checks.iter().filter(|planned| planned.ignored.is_none()).map(|planned| planned.check)
    }
}

/// A check of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// The check.
    pub check: Check,
    /// Why it is ignored; `None` when it runs.
    pub ignored: Option<Reason>,
}

/// Why a check is ignored. Its text stands after `ignored, `.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It was skipped by name.
    Skipped {
        /// The reason that was given.
        reason: Option<String>,
    },
    /// Others were chosen with `only`.
    NotChosen {
        /// The words that chose them.
        only: Vec<String>,
        /// The reason that was given.
        reason: Option<String>,
    },
    /// There is no model to compare with.
    NoModel,
    /// Nothing says what has shipped.
    NothingShipped,
    /// Nothing says what is new.
    NothingNew {
        /// The check.
        check: Check,
    },
    /// Nothing says at which git ref the deployed program is.
    NoRelease,
    /// No queries of the program are known.
    NoQueries,
    /// The queries that sqlx has prepared are not of PostgreSQL.
    QueriesOfOthers,
    /// Every version is declared irreversible.
    NothingToRevert,
    /// No version has a down script.
    NoDowns,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Skipped { reason: Some(reason) }
            | Reason::NotChosen { reason: Some(reason), .. } => f.write_str(reason),
            Reason::Skipped { reason: None } => f.write_str("skipped"),
            Reason::NotChosen { only, reason: None } => {
                write!(f, "not in only({})", only.join(", "))
            }
            Reason::NoModel => f.write_str("no model given"),
            Reason::NoDowns => f.write_str(
                "no version has a down script; `irreversible = all` checks the ups alone",
            ),
            Reason::NothingShipped => f.write_str("no `shipped` given"),
            Reason::NothingNew { check } => {
                write!(f, "no `shipped` given; `{} = all` checks every version", check.name())
            }
            Reason::NoRelease => f.write_str(
                "no git ref given; `shipped = git(\"origin/main\")` or `compat = \"v1.2.0\"` names the one that is deployed",
            ),
            Reason::NoQueries => f.write_str("no folder `.sqlx`, and no `queries` given"),
            Reason::QueriesOfOthers => {
                f.write_str("no query of PostgreSQL in the folder `.sqlx`, and no `queries` given")
            }
            Reason::NothingToRevert => f.write_str("every version is declared irreversible"),
        }
    }
}

/// Makes the plan that a request asks for. What the words say about a check comes before what follows from the rest.
///
/// # Errors
///
/// Every mistake in the words, in their order.
pub fn plan(request: &Request) -> Result<Plan, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let chosen = Chosen::read(request, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let planned =
        Check::ALL.iter().copied().filter(|check| chosen.is_listed(*check, request)).map(|check| {
            Planned {
                check,
                ignored: chosen.reason_against(check).or_else(|| lack_of(check, request)),
            }
        });
    Ok(Plan { checks: planned.collect() })
}

/// The condition of a check that the request does not meet.
fn lack_of(check: Check, request: &Request) -> Option<Reason> {
    match check.needs() {
        Needs::Model if !request.has_model => Some(Reason::NoModel),
        Needs::Reverts if request.way_back == WayBack::DeclaredNone => {
            Some(Reason::NothingToRevert)
        }
        Needs::Reverts if request.way_back == WayBack::NoDowns => Some(Reason::NoDowns),
        // It climbs, and that takes a time which a budget limits.
        Needs::Downs if request.way_back == WayBack::NoDowns && !request.has_budget => {
            Some(Reason::NoDowns)
        }
        Needs::Shipped if !request.has_shipped => Some(Reason::NothingShipped),
        Needs::New if !request.has_shipped && !request.judge_all.contains(&check) => {
            Some(Reason::NothingNew { check })
        }
        Needs::OldQueries if !request.has_release => Some(Reason::NoRelease),
        Needs::Queries | Needs::OldQueries if request.prepared == Prepared::None => {
            Some(Reason::NoQueries)
        }
        Needs::Queries | Needs::OldQueries if request.prepared == Prepared::OfOthers => {
            Some(Reason::QueriesOfOthers)
        }
        Needs::Nothing
        | Needs::Model
        | Needs::Reverts
        | Needs::Downs
        | Needs::Shipped
        | Needs::New
        | Needs::Queries
        | Needs::OldQueries => None,
    }
}

/// The checks that the words name.
#[derive(Default)]
struct Chosen<'a> {
    named: Vec<(Check, &'a Word)>,
}

impl<'a> Chosen<'a> {
    fn read(request: &'a Request, mistakes: &mut Vec<Mistake>) -> Chosen<'a> {
        let mut chosen = Chosen::default();
        let mut both = false;
        for (number, word) in request.words.iter().enumerate() {
            let fault = match word.role {
                Role::Skip | Role::Only if chosen.excludes(word.role) => {
                    // One message is enough for all words of the second kind.
                    if std::mem::replace(&mut both, true) {
                        continue;
                    }
                    Some(Fault::SkipAndOnly)
                }
                _ => chosen.add(word, request),
            };
            mistakes.extend(fault.map(|fault| Mistake { word: number, fault }));
        }
        chosen
    }

    /// Returns true if a word of the opposite role was given before.
    fn excludes(&self, role: Role) -> bool {
        let opposite = if role == Role::Skip { Role::Only } else { Role::Skip };
        self.of(opposite).next().is_some()
    }

    /// Adds the checks that a word stands for.
    fn add(&mut self, word: &'a Word, request: &Request) -> Option<Fault> {
        let name = &word.text;
        let checks = checks_named(name);
        if checks.is_empty() {
            return Some(if request.own_tests.contains(name) {
                Fault::OwnTest { name: name.clone() }
            } else {
                Fault::Unknown { given: name.clone() }
            });
        }
        for check in checks {
            if let Some((_, before)) = self.of(word.role).find(|(named, _)| *named == check) {
                return Some(if before.text == *name {
                    Fault::Twice { name: name.clone() }
                } else if check.name() == name {
                    Fault::Covered { check, by: before.text.clone() }
                } else {
                    Fault::Covers { group: name.clone(), member: check }
                });
            }
            self.named.push((check, word));
        }
        None
    }

    fn of(&self, role: Role) -> impl Iterator<Item = &(Check, &'a Word)> {
        self.named.iter().filter(move |(_, word)| word.role == role)
    }

    fn is_listed(&self, check: Check, request: &Request) -> bool {
        !request.listed || self.of(Role::List).any(|(named, _)| *named == check)
    }

    /// Why a check is ignored, if the words say so.
    fn reason_against(&self, check: Check) -> Option<Reason> {
        if let Some((_, word)) = self.of(Role::Skip).find(|(named, _)| *named == check) {
            return Some(Reason::Skipped { reason: word.reason.clone() });
        }
        if self.of(Role::Only).next().is_none()
            || self.of(Role::Only).any(|(named, _)| *named == check)
        {
            return None;
        }
        let mut only: Vec<String> =
            self.of(Role::Only).map(|(_, word)| word.text.clone()).collect();
        only.dedup();
        let reason = self.of(Role::Only).find_map(|(_, word)| word.reason.clone());
        Some(Reason::NotChosen { only, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plan, a line a check, or the mistakes, each with its word's number.
    #[track_caller]
    fn check(build: impl FnOnce(&mut Request), expected: &[&str]) {
        let mut request = Request::new();
        build(&mut request);
        let lines: Vec<String> = match plan(&request) {
            Ok(plan) => plan
                .checks
                .iter()
                .map(|planned| match &planned.ignored {
                    None => planned.check.name().to_owned(),
                    Some(reason) => format!("{}: {reason}", planned.check.name()),
                })
                .collect(),
            Err(mistakes) => mistakes
                .iter()
                .map(|mistake| {
                    let text = mistake.to_string();
                    format!("{}: {}", mistake.word, text.lines().next().unwrap_or_default())
                })
                .collect(),
        };
        assert_eq!(lines, expected);
    }

    #[test]
    fn without_words_what_can_run_runs() {
        check(
            |_| {},
            &[
                "stairway",
                "up_to_date: no model given",
                "check_constraints: no model given",
                "enum_values: no model given",
                "single_head",
                "downgrade_all_the_way",
                "naming",
                "shipped: no `shipped` given",
                "locks: no `shipped` given; `locks = all` checks every version",
                "populated: no `shipped` given; `populated = all` checks every version",
                "interrupted: no `shipped` given; `interrupted = all` checks every version",
                "queries: no folder `.sqlx`, and no `queries` given",
                "compat: no git ref given; `shipped = git(\"origin/main\")` or `compat = \"v1.2.0\"` names the one that is deployed",
            ],
        );
    }

    #[test]
    fn queries_have_to_be_of_postgresql() {
        let of = |prepared| {
            move |request: &mut Request| {
                request.list("queries");
                request.has_queries(prepared);
            }
        };
        check(of(Prepared::OfPostgres), &["queries"]);
        check(
            of(Prepared::OfOthers),
            &["queries: no query of PostgreSQL in the folder `.sqlx`, and no `queries` given"],
        );
    }

    #[test]
    fn a_history_that_only_goes_up_is_asked_to_say_so() {
        let words = "no version has a down script; `irreversible = all` checks the ups alone";
        let lines = [
            format!("stairway: {words}"),
            "single_head".to_owned(),
            format!("downgrade_all_the_way: {words}"),
        ];
        check(
            |request| {
                request.has_no_downs(true);
                request.list("stairway");
                request.list("single_head");
                request.list("downgrade_all_the_way");
            },
            &lines.each_ref().map(String::as_str),
        );
        check(
            |request| {
                request.has_no_downs(true);
                request.has_budget(true);
                request.list("stairway");
                request.list("downgrade_all_the_way");
            },
            &["stairway", &lines[2]],
        );
    }

    #[test]
    fn a_reason_that_was_given_comes_first() {
        check(
            |request| {
                request.list("enum_values");
                request.list("downgrade_all_the_way");
                request.list("naming");
                request.skip("enum_values", Some("later"));
                request.skip("naming", None);
                request.reverts_nothing(true);
            },
            &[
                "enum_values: later",
                "downgrade_all_the_way: every version is declared irreversible",
                "naming: skipped",
            ],
        );
    }

    #[test]
    fn only_ignores_the_others() {
        check(
            |request| {
                request.has_model(true);
                request.has_shipped(true);
                request.list("consistency");
                request.only("stairway", None);
                request.only("naming", None);
            },
            &[
                "stairway",
                "up_to_date: not in only(stairway, naming)",
                "check_constraints: not in only(stairway, naming)",
                "enum_values: not in only(stairway, naming)",
                "single_head: not in only(stairway, naming)",
                "downgrade_all_the_way: not in only(stairway, naming)",
                "shipped: not in only(stairway, naming)",
                "queries: not in only(stairway, naming)",
            ],
        );
        check(
            |request| {
                request.list("naming");
                request.only("stairway", Some("the rest is slow"));
            },
            &["naming: the rest is slow"],
        );
    }

    #[test]
    fn nothing_is_listed() {
        check(Request::list_none, &[]);
    }

    #[test]
    fn every_mistake_is_found_at_its_word() {
        check(
            |request| {
                request.own_tests(["backfill"]);
                request.list("stairway");
                request.skip("starway", None);
                request.skip("backfill", None);
                request.skip("naming", None);
                request.skip("naming", None);
                request.skip("consistency", None);
                request.skip("stairway", None);
                request.list("consistency");
                request.only("stairway", None);
                request.only("nonsense", None);
            },
            &[
                "1: unknown test `starway`, did you mean `stairway`?",
                "2: `backfill` is a test of your own, not a generated one; put `#[ignore]` on the function",
                "4: `naming` is named twice",
                "6: `stairway` is already named by `consistency`",
                "7: `consistency` contains `stairway`, which is already named",
                "8: `skip` and `only` exclude each other: `only` skips everything that it does not name",
            ],
        );
    }
}

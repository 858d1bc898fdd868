//! Every name that a user can write: arguments, tests, groups, kinds to ignore; and what was
//! probably meant by a name that is none of them.

use std::fmt::Write as _;

/// A generated test.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Check {
    /// The name of the test function, by which the runtime knows the check.
    pub(crate) name: &'static str,
    /// The argument that it is about, on which a failure is blamed.
    pub(crate) argument: &'static str,
}

impl Check {
    /// All of them, in the order in which the tests are emitted.
    ///
    /// The macros cannot ask the runtime; they have its list in a file, which a test of the facade holds.
    pub(crate) fn all() -> impl Iterator<Item = Check> {
        include_str!("checks.txt")
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(name, argument)| Check { name, argument })
    }

    /// The check with this name.
    pub(crate) fn named(name: &str) -> Option<Check> {
        Check::all().find(|check| check.name == name)
    }

    /// Whether it compares the schema with a model.
    pub(crate) fn needs_model(self) -> bool {
        self.argument == "model"
    }
}

/// The tests that a name in `skip` or `only` stands for: a test's own name, or a group's.
///
/// The group `naming` has one member of the same name.
pub(crate) fn tests_named(name: &str) -> Vec<Check> {
    if name == CONSISTENCY {
        return Check::all().filter(|check| check.name != "naming").collect();
    }
    Check::named(name).into_iter().collect()
}

/// The group of all tests but `naming`.
pub(crate) const CONSISTENCY: &str = "consistency";

/// What can stand in `skip` and `only`.
pub(crate) fn selectable() -> Vec<&'static str> {
    Check::all().map(|check| check.name).chain([CONSISTENCY]).collect()
}

/// The arguments of `migration_suite`, each with an example of its use.
pub(crate) const ARGUMENTS: [(&str, &str); 16] = [
    ("suite", "suite = SUITE"),
    ("db", "db = gauntlet::db::auto()"),
    ("migrations", "migrations = \"migrations\""),
    ("model", "model = \"schema.sql\""),
    ("setup", "setup = \"setup.sql\""),
    ("isolation", "isolation = \"schema\""),
    ("irreversible", "irreversible = [20240105]"),
    ("downgrade_floor", "downgrade_floor = 20240105"),
    ("strict", "strict = true"),
    ("ignore_tables", "ignore_tables = [\"spatial_ref_sys\"]"),
    ("ignore", "ignore(comments, grants)"),
    ("naming", "naming = my_rules()"),
    ("checks", "checks = [\"consistency\"]"),
    ("budget", "budget = \"30s\""),
    ("as_role", "as_role = \"app_owner\""),
    ("crate", "crate = path::to::gauntlet"),
];

/// An example of an argument's use, to show when its value is missing or has the wrong form.
pub(crate) fn example_of(argument: &str) -> &'static str {
    ARGUMENTS.iter().find(|(name, _)| *name == argument).map_or("name = value", |(_, use_)| use_)
}

/// What `#[gauntlet(...)]` on the module takes.
pub(crate) const MODULE_ARGUMENTS: [&str; 5] = ["skip", "only", "reason", "seed", "budget"];

/// What `seed(...)` takes: the version, before which or right after which it is planted, and what is planted.
pub(crate) const SEED_ARGUMENTS: [&str; 5] = ["version", "at", "file", "sql", "run"];

/// The values of `isolation`.
pub(crate) const ISOLATIONS: [&str; 2] = ["database", "schema"];

/// The words of `ignore(...)`: what a comparison of catalogs can leave out as a whole.
///
/// They are those of the runtime, which a test of the facade holds.
pub(crate) fn ignorable() -> Vec<&'static str> {
    include_str!("ignorable.txt").lines().collect()
}

/// The text for a name that is not in `valid`: the probable one, if there is one, and all of them.
pub(crate) fn unknown(what: &str, given: &str, valid: &[&str]) -> String {
    let mut text = format!("unknown {what} `{given}`");
    if let Some(near) = nearest(given, valid) {
        let _ = write!(text, ", did you mean `{near}`?");
    }
    let _ = write!(text, "\nvalid: {}", valid.join(", "));
    text
}

/// The name that was probably meant.
///
/// One slip (a letter too many, missing, wrong or swapped) for each three letters is forgiven;
/// case and hyphens do not count as slips; and a name that begins with what was given is near.
pub(crate) fn nearest<'a>(given: &str, valid: &[&'a str]) -> Option<&'a str> {
    let given = given.to_lowercase().replace('-', "_");
    let allowed = (given.chars().count() / 3).max(1);
    let close = valid
        .iter()
        .map(|name| (distance(&given, name), *name))
        .filter(|(slips, name)| *slips <= allowed && *slips < name.chars().count())
        .min_by_key(|(slips, _)| *slips);
    let starts = || {
        let mut longer = valid.iter().filter(|name| {
            given.chars().count() >= 3 && (name.starts_with(&given) || given.starts_with(**name))
        });
        longer.next().filter(|_| longer.next().is_none()).map(|name| (0, *name))
    };
    close.or_else(starts).map(|(_, name)| name)
}

/// The number of slips between two words (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, expected: Option<&str>) {
        let valid: Vec<&str> = ARGUMENTS.iter().map(|(name, _)| *name).collect();
        assert_eq!(nearest(given, &valid), expected, "for `{given}`");
    }

    #[test]
    fn one_slip_is_forgiven() {
        check("modle", Some("model"));
        check("modell", Some("model"));
        check("migration", Some("migrations"));
        check("isolaton", Some("isolation"));
        check("dbs", Some("db"));
        check("ignore_table", Some("ignore_tables"));
        check("irreversable", Some("irreversible"));
    }

    #[test]
    fn case_and_hyphens_are_no_slips() {
        check("Model", Some("model"));
        check("downgrade-floor", Some("downgrade_floor"));
    }

    #[test]
    fn a_beginning_is_near() {
        check("downgrade", Some("downgrade_floor"));
        check("migrations_dir", Some("migrations"));
        check("ignore_t", Some("ignore"));
    }

    #[test]
    fn a_far_name_is_not_guessed() {
        check("x", None);
        check("qq", None);
        check("colour", None);
        check("", None);
    }

    #[test]
    fn distances() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("abcd", "abdc"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn groups_name_their_members() {
        assert_eq!(tests_named("consistency").len(), 6);
        let names = |word| tests_named(word).iter().map(|check| check.name).collect::<Vec<_>>();
        assert_eq!(names("naming"), ["naming"]);
        assert_eq!(names("stairway"), ["stairway"]);
        assert!(tests_named("all").is_empty());
    }

    #[test]
    fn the_example_of_an_argument_begins_with_it() {
        for (name, example) in ARGUMENTS {
            assert!(example.starts_with(name), "{example}");
        }
    }
}

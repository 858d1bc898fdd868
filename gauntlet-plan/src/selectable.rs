//! The words that choose checks: names of checks and of groups.

use crate::check::Check;
use crate::group::Group;

/// The checks that a word stands for, as the name of a group or of a check. None where no check has that name.
pub fn checks_named(word: &str) -> Vec<Check> {
    match Group::named(word) {
        Some(group) => group.members().collect(),
        None => Check::named(word).into_iter().collect(),
    }
}

/// Every word that stands for checks, each once.
pub(crate) fn selectable() -> Vec<&'static str> {
    let mut words: Vec<&str> = Check::ALL.iter().map(|check| check.name()).collect();
    for group in Group::ALL {
        if !words.contains(&group.name()) {
            words.push(group.name());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_in_one_group_and_every_group_has_members() {
        let members: usize = Group::ALL.iter().map(|group| group.members().count()).sum();
        assert_eq!(members, Check::ALL.len());
        for group in Group::ALL {
            assert!(group.members().next().is_some(), "{group:?} is empty");
            assert_eq!(Group::named(group.name()), Some(*group));
        }
    }

    #[test]
    fn a_group_that_has_the_name_of_a_check_contains_it() {
        for group in Group::ALL {
            let same = Check::named(group.name());
            assert!(same.is_none_or(|check| check.group() == *group));
        }
    }

    #[test]
    fn words_for_checks() {
        let names = |word| checks_named(word).iter().map(|check| check.name()).collect::<Vec<_>>();
        assert!(!names("consistency").contains(&"naming"));
        assert!(!names("consistency").contains(&"locks"));
        assert_eq!(names("naming"), ["naming"]);
        assert_eq!(names("safety"), ["locks", "populated", "interrupted", "compat"]);
        assert_eq!(names("stairway"), ["stairway"]);
        assert!(names("all").is_empty());
    }
}

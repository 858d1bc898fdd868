//! The search for a version by its number or a part of its name.

use std::fmt;

use super::{History, Migration, Version, VersionId};

impl History {
    /// Finds a version by its number (or text) or by an unambiguous part of its name.
    ///
    /// `"20240105"`, `"add_status"` and `"status"` all find `20240105_add_status`, and `"0007_users"`, as a file may be called,
    /// finds `7_users`. A whole name wins over a part of another.
    ///
    /// # Errors
    ///
    /// [`UnknownVersion`], with the candidates, when no version or more than one fits.
    pub fn find(&self, wanted: &str) -> Result<usize, UnknownVersion> {
        let key = wanted.trim().replace(' ', "_");
        let number = key.parse::<i64>().ok().map(VersionId::from);
        let mut ids = [number, Some(VersionId::from(&*key))].into_iter().flatten();
        if let Some(index) = ids.find_map(|id| self.index_of(&id)) {
            return Ok(index);
        }
        let numbered = without_zeros(&key);
        let whole = self.positions(|v| {
            let text = v.to_string();
            v.name == key
                || text == key
                || (v.id.bare().number().is_some() && numbered.as_ref() == Some(&text))
        });
        let found =
            if whole.is_empty() { self.positions(|v| v.to_string().contains(&key)) } else { whole };
        match found[..] {
            [one] => Ok(one),
            [] => Err(UnknownVersion {
                wanted: wanted.into(),
                near: self.near(&key),
                ambiguous: false,
            }),
            _ => Err(UnknownVersion {
                wanted: wanted.into(),
                near: found
                    .iter()
                    .take(8)
                    .map(|i| self.migrations()[*i].version().clone())
                    .collect(),
                ambiguous: true,
            }),
        }
    }

    fn positions(&self, test: impl Fn(&Version) -> bool) -> Vec<usize> {
        let migrations = self.migrations().iter().enumerate();
        migrations.filter(|(_, m)| test(m.version())).map(|(index, _)| index).collect()
    }

    fn near(&self, key: &str) -> Vec<Version> {
        let digits = !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
        let wanted: Option<i64> = key.parse().ok();
        let numbers =
            self.migrations().iter().filter_map(|m| Some((m.id().number()?, m.version())));
        if let (Some(wanted), Some((highest, version))) =
            (wanted, numbers.max_by_key(|(number, _)| *number))
            && wanted > highest
        {
            // A number beyond the history is not a slip in one of its own.
            return vec![version.clone()];
        }
        let mut scored: Vec<(usize, u64, &Version)> = self
            .migrations()
            .iter()
            .map(Migration::version)
            .map(|version| {
                let id = version.id.to_string();
                let text = if digits || version.name.is_empty() { &id } else { &version.name };
                let apart = wanted.zip(version.id.number()).map_or(0, |(a, b)| a.abs_diff(b));
                (strsim::levenshtein(key, text), apart, version)
            })
            .collect();
        scored.sort();
        // A name that is nothing like it is no help, except for the very nearest.
        let most = key.chars().count().div_ceil(2);
        let near = scored.iter().enumerate().filter(|(i, (edits, ..))| *i == 0 || *edits <= most);
        near.take(3).map(|(_, (.., version))| (*version).clone()).collect()
    }
}

/// A name as that of a numbered version: `7_users` for `0007_users`, `core/7_users` for `core/0007_users`. `None` where no
/// zeros lead.
fn without_zeros(key: &str) -> Option<String> {
    let (part, file) = key.rsplit_once('/').map_or(("", key), |(part, file)| (part, file));
    let slash = if part.is_empty() { "" } else { "/" };
    let digits = file.find(|c: char| !c.is_ascii_digit()).unwrap_or(file.len());
    let (number, name) = file.split_at(digits);
    let plain = number.trim_start_matches('0');
    let plain = if plain.is_empty() { "0" } else { plain };
    (!number.is_empty() && plain != number).then(|| format!("{part}{slash}{plain}{name}"))
}

/// The error of a name that fits no version, or more than one.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub struct UnknownVersion {
    /// The text that was searched for.
    pub wanted: String,
    /// The nearest versions, or all that fit.
    pub near: Vec<Version>,
    /// True if more than one version fits.
    pub ambiguous: bool,
}

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |f: &mut fmt::Formatter<'_>| self.near.iter().try_for_each(|v| write!(f, "\n  {v}"));
        if self.ambiguous {
            write!(f, "more than one version fits \"{}\":", self.wanted)?;
            list(f)
        } else if self.near.is_empty() {
            write!(f, "no version fits \"{}\": the history is empty", self.wanted)
        } else {
            write!(f, "no version fits \"{}\"; the nearest are:", self.wanted)?;
            list(f)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Script;

    fn history(versions: Vec<Version>) -> History {
        let migrations = versions.into_iter().map(|v| Migration::new(v, Script::new("SELECT 1")));
        History::new("a list", migrations.collect(), Vec::new()).unwrap()
    }

    /// The name as the file has it, with its zeros.
    #[test]
    fn zeros_in_front_of_a_number_are_no_part_of_it() {
        let numbered = history(vec![
            Version::new(1, "users"),
            Version::new(11, "users"),
            Version::new(VersionId::from(2).in_part("core"), "users"),
        ]);
        for (wanted, at) in [
            ("0001_users", 0),
            ("01", 0),
            ("1_users", 0),
            ("0011_users", 1),
            ("core/0002_users", 2),
        ] {
            assert_eq!(numbered.find(wanted).unwrap(), at, "{wanted}");
        }
        for wanted in ["0001_user_list", "0_users", "00", "core/0001_users"] {
            assert!(numbered.find(wanted).is_err(), "{wanted}");
        }
        let texts = history(vec![Version::new("007", "users"), Version::new("7", "users")]);
        assert_eq!(texts.find("007_users").unwrap(), 0);
        assert_eq!(texts.find("7_users").unwrap(), 1);
        assert!(texts.find("0007_users").is_err());
    }
}

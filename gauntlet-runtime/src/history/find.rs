//! The search for a version by its number or a part of its name.

use std::fmt;

use super::{History, Migration, Version, VersionId};

impl History {
    /// Finds a version by its number (or text) or by an unambiguous part of its name.
    ///
    /// `"20240105"`, `"add_status"` and `"status"` all find `20240105_add_status`. A whole name wins over a
    /// part of another.
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
        let whole = self.positions(|v| v.name == key || v.to_string() == key);
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

//! The modes of locks on relations, and what each makes wait.

/// A mode of a lock on a relation, from weak to strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LockMode {
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

/// What waits for the end of a transaction that holds a lock on a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Blocks {
    /// INSERT, UPDATE, DELETE and MERGE wait.
    Writes,
    /// SELECT waits as well.
    ReadsAndWrites,
}

impl LockMode {
    const ALL: [(LockMode, &str, &str); 8] = [
        (LockMode::AccessShare, "AccessShareLock", "ACCESS SHARE"),
        (LockMode::RowShare, "RowShareLock", "ROW SHARE"),
        (LockMode::RowExclusive, "RowExclusiveLock", "ROW EXCLUSIVE"),
        (LockMode::ShareUpdateExclusive, "ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"),
        (LockMode::Share, "ShareLock", "SHARE"),
        (LockMode::ShareRowExclusive, "ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"),
        (LockMode::Exclusive, "ExclusiveLock", "EXCLUSIVE"),
        (LockMode::AccessExclusive, "AccessExclusiveLock", "ACCESS EXCLUSIVE"),
    ];

    /// The mode of this name in `pg_locks`.
    pub(super) fn named(name: &str) -> Option<LockMode> {
        LockMode::ALL.iter().find(|(_, server, _)| *server == name).map(|(mode, ..)| *mode)
    }

    /// The words of the manual: `ACCESS EXCLUSIVE`.
    pub(crate) fn words(self) -> &'static str {
        LockMode::ALL.iter().find(|(mode, ..)| *mode == self).map_or("", |(.., words)| words)
    }

    /// What a lock of this mode on a table makes wait. SELECT takes ACCESS SHARE, what writes takes ROW EXCLUSIVE.
    pub(crate) fn blocks(self) -> Option<Blocks> {
        match self {
            LockMode::AccessExclusive => Some(Blocks::ReadsAndWrites),
            LockMode::Share | LockMode::ShareRowExclusive | LockMode::Exclusive => {
                Some(Blocks::Writes)
            }
            _ => None,
        }
    }
}

impl Blocks {
    /// `reads and writes`, `writes`.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Blocks::Writes => "writes",
            Blocks::ReadsAndWrites => "reads and writes",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_has_its_names() {
        for (mode, server, words) in LockMode::ALL {
            assert_eq!(LockMode::named(server), Some(mode));
            assert_eq!(mode.words(), words);
        }
        assert_eq!(LockMode::named("SIReadLock"), None);
    }
}

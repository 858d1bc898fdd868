//! Groups of checks, which can be named where a check can.

/// A group of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Group {
    /// Everything that compares states of the schema.
    Consistency,
    /// The names of objects.
    Naming,
    /// What a new version does to a service that runs.
    Safety,
}

impl Group {
    /// Every group.
    pub const ALL: &[Group] = &[Group::Consistency, Group::Naming, Group::Safety];

    /// The word for the group in `skip`, `only` and `checks`.
    pub const fn name(self) -> &'static str {
        match self {
            Group::Consistency => "consistency",
            Group::Naming => "naming",
            Group::Safety => "safety",
        }
    }

    /// The group of this name.
    pub fn named(name: &str) -> Option<Group> {
        Group::ALL.iter().copied().find(|group| group.name() == name)
    }
}

//! The parts that several checks share; each file is one subject.

pub(super) mod allow;
pub(super) mod baseline;
pub(super) mod bless;
pub(super) mod budgets;
pub(super) mod cosmetic;
pub(super) mod downs;
pub(super) mod drift;
pub(super) mod empty;
pub(super) mod new_only;
pub(super) mod new_versions;
pub(crate) mod not_given;
pub(super) mod notices;
pub(super) mod production_order;
pub(super) mod right_names;
pub(super) mod roles;
pub(super) mod rows;
pub(super) mod sessions;
pub(super) mod shipped_bytes;
pub(super) mod shipped_changes;
pub(super) mod shipped_lock;
pub(super) mod shipped_settings;
pub(super) mod unmentioned_tables;
pub(super) mod written;

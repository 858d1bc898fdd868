//! The parts that several checks share; each file is one subject.

pub(super) mod bless;
pub(super) mod budgets;
pub(super) mod cosmetic;
pub(super) mod downs;
pub(super) mod drift;
pub(super) mod empty;
pub(crate) mod no_model;
pub(super) mod notices;
pub(super) mod right_names;
pub(super) mod roles;
pub(super) mod sessions;
pub(super) mod unmentioned_tables;
pub(super) mod written;

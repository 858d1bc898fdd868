//! The arguments of the attributes, each read and checked by its own rule.

mod at_versions;
mod baseline;
mod globs;
mod locks;
pub(crate) mod migrations;
mod naming;
mod queries;
mod seeds;
mod selection;
mod servers;
mod settings;
mod shipped;
mod versions;

pub(crate) use at_versions::AtVersion;
pub(crate) use selection::{Choice, Role, Selection};
pub(crate) use servers::Server;
pub(crate) use settings::{Given, Irreversible, Isolation, Listed, Settings, span_of};

//! The list of package clients, in the order in which they are tried.

use super::client::Client;
use super::{apt_get, brew, npm, pip, uv};

/// First those that bring one of many versions into a folder of the user, then those that change the whole machine. npm before
/// the Python ones, since its packages exist for more versions and architectures.
pub(super) const CLIENTS: [Client; 5] = [npm::NPM, uv::UV, pip::PIP, apt_get::APT_GET, brew::BREW];

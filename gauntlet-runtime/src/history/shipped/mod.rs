//! What has shipped: what some deployed database has applied already. What is declared about it, what was found of it,
//! the lock file that can list it, and what has changed since. Data only: git is asked by `context`, and the check
//! `shipped` judges.

mod branch;
mod bytes;
mod change;
mod checksum;
mod compare;
mod declared;
mod error;
mod lock;
mod numbers;
mod record;

pub use bytes::{ByteFault, byte_faults};
pub use change::{Change, Edit};
pub use checksum::sha384;
pub(crate) use checksum::{checksum, digest, hexadecimal};
pub use declared::{Shipped, ShippedBy, git, lock};
pub use error::ShippedError;
pub use lock::Lock;
pub use numbers::Numbers;
pub use record::{Record, ShippedScript, ShippedVersions};

//! Changes that a migration makes outside of its schema, in schema isolation, or beyond all databases are reported with their cause,
//! and no other test is blamed.

mod beyond;
mod extensions;
mod reach;
mod shared;

//! Schema isolation: changes that a migration makes outside of its schema are reported with their cause, and no other test is blamed.

mod extensions;
mod reach;
mod shared;

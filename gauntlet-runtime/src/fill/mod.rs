//! Rows for the tables of a database: generated from what its catalog says, and accepted by the server.
//!
//! [`Filler`] puts rows into the tables that hold none. What a table takes is read from the catalog (`read`); the values of
//! a column follow from its type and from the constants in its constraints (`values`); combinations are chosen by the
//! server, which evaluates the CHECK constraints (`choose`); and what it refuses is not there (`insert`). Some keys
//! differ only in case (`twins`), and the sequences of keys go on behind them (`sequences`). The rows are the same in every
//! run: nothing is random.
//!
//! Left to others: what rows mean for a migration (the checks).

mod bare;
mod choose;
mod filled;
mod filler;
mod insert;
mod memory;
mod mix;
mod order;
mod read;
mod references;
mod schema;
mod sequences;
mod twins;
mod values;

pub use filled::{Filled, Without};
pub use filler::Filler;
pub use sequences::{FedKey, Standing, fed_keys, standings};

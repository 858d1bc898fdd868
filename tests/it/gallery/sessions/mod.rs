//! Sessions: what scripts leave in theirs, the row of the engine that cannot be written then, and versions whose outcome
//! depends on which of them share one.

mod left;
mod recorded;
mod shared;

//! `stairway`: every version goes up, down, up, alone and in order, and leaves no residue, each step in a session of its
//! own. Where a script leaves something in its session, the versions also go up in one session, as one run of the engine
//! applies them, and have to come to the same schema.
//!
//! The catalog after the down must equal the one before the up, and the one after the second up the one after
//! the first. The walk goes on in one database as long as the state after each version is that after its first up: catalog,
//! rows and roles. Where it is not, because a down fails or leaves something, the database is restored to that state, and
//! that is compared as well; where that fails, the walk goes on from a state that only ups have made. So a version never
//! pays for another one. Where the states are equal only except for what the user ignores, a later version that is accused is
//! judged once more from a state that only ups have made.
//!
//! A long history is cut into segments that are walked at the same time, each in a database of its own.
//!
//! Examples that pass and fail: `tests/it/gallery/stairway/`.

mod cut;
mod proposal;
mod restore;
mod run;
mod second_up;
mod segments;
mod state;
mod verdict;
mod walk;

pub(super) use run::run;

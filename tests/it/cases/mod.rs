//! The cases of `tests/cases`: small histories after faults that people met, with the verdicts that a right tool gives.

mod case;
mod populated;
mod run;

//! The defect gallery: for each check, histories that pass and histories that fail, with the text that a person reads.

mod downgrade_all_the_way;
mod errors;
mod field;
mod model;
mod naming;
mod naming_rules;
mod outside;
mod sessions;
mod single_head;
mod stairway;

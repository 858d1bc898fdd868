//! The defect gallery: for each check, histories that pass and histories that fail, with the text that a person reads.

mod baseline;
mod check_constraints;
mod compat;
mod database;
mod downgrade_all_the_way;
mod enum_values;
mod errors;
mod field;
mod ignored;
mod input;
mod interrupted;
mod large;
mod locks;
mod mood;
mod naming;
mod naming_rules;
mod outside;
mod populated;
mod queries;
mod rights;
mod sessions;
mod shipped;
mod single_head;
mod stairway;
mod up_to_date;

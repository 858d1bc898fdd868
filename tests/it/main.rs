//! The database tests, one file an area. They get their server the way users do.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test records with them")]
#![allow(
    clippy::needless_pass_by_value,
    reason = "an `Expect` reads best as a last argument by value"
)]
#![allow(clippy::too_many_lines, reason = "recorded texts are long")]
#![allow(clippy::format_push_string, reason = "histories are put together")]

mod area;
mod catalog;
mod catalog_generated;
mod catalog_mutations;
mod ddl;
mod gallery_downgrade;
mod gallery_errors;
mod gallery_field;
mod gallery_model;
mod gallery_naming;
mod gallery_outside;
mod gallery_single_head;
mod gallery_stairway;
mod gallery_stairway_labels;
mod gallery_stairway_restore;
mod gallery_stairway_small;
mod gallery_stairway_state;
mod isolation;
mod isolation_run;
mod isolation_sweep;
mod json;
mod macro_words;
mod model;
mod model_bless;
mod model_constraints;
mod model_labels;
mod model_shop;
mod model_sql;
mod model_structs;
mod model_together;
mod mutations;
mod naming;
mod oracle;
mod server;
mod server_discovery;
mod server_files;
mod server_life;
mod sharing;
mod support;
mod test_db;
mod tracking;

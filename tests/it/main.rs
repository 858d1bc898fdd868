//! The database tests, one folder an area. They get their server the way users do.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test records with them")]
#![allow(
    clippy::needless_pass_by_value,
    reason = "an `Expect` reads best as a last argument by value"
)]
#![allow(clippy::too_many_lines, reason = "recorded texts are long")]
#![allow(clippy::format_push_string, reason = "histories are put together")]

mod cases;
mod catalog;
mod engines;
mod fill;
mod gallery;
mod isolation;
mod model;
mod server;
mod sql;
mod suite;
mod support;

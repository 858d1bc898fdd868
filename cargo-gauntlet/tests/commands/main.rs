//! The commands as they are called, on a folder of their own, with what a terminal shows.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod begin;
mod check;
mod compare;
mod ends;
mod folders;
#[cfg(unix)]
mod install;
mod support;
#[cfg(unix)]
mod tls;
mod words;

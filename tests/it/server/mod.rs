//! Finding and starting a server.

mod consent;
mod discovery;
mod faults;
mod files;
mod life;
mod next_steps;

//! Finding and starting a server.

mod discovery;
mod files;
mod life;
mod next_steps;

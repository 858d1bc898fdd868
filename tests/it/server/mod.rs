//! Finding and starting a server.

mod consent;
mod discovery;
mod faults;
mod files;
mod life;
mod limits;
mod load;
mod next_steps;
mod pooler;
mod secrets;

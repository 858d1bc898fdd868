//! Finding and starting a server.

mod discovery;
mod files;
mod life;

//! Homebrew, which refuses root.

use super::client::{Brought, Client, Job, User};
use crate::server::oldest::NEWEST;

pub(super) const BREW: Client =
    Client { name: "brew", program: "brew", user: User::NotRoot, bring };

fn bring(job: &Job<'_>) -> Result<Brought, String> {
    let formula = format!("postgresql@{}", job.wanted.unwrap_or(NEWEST));
    job.programs.report(&formula);
    job.programs.run("brew", &["install", "--quiet", &formula])?;
    Ok(Brought::Machine)
}

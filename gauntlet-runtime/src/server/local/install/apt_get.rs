//! apt-get, which needs root. Debian's packages start a server of their own where the machine starts services.

use super::client::{Brought, Client, Job, User};

pub(super) const APT_GET: Client =
    Client { name: "apt-get", program: "apt-get", user: User::Root, bring };

fn bring(job: &Job<'_>) -> Result<Brought, String> {
    let package = job.wanted.map_or("postgresql".to_owned(), |major| format!("postgresql-{major}"));
    job.programs.run("apt-get", &["update", "-qq"])?;
    job.programs.report(&package);
    let options = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"];
    job.programs.run("apt-get", &[&["install", &package], &options[..]].concat())?;
    Ok(Brought::Machine)
}

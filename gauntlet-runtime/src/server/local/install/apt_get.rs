//! apt-get, which needs root. Debian's packages make a cluster `main` and start its server; these do not.

use super::client::{Brought, Client, Job, User};

pub(super) const APT_GET: Client =
    Client { name: "apt-get", program: "apt-get", user: User::Root, bring };

/// Tells `postgresql-common` not to make a cluster, while the packages are installed.
const NO_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/gauntlet.conf";

/// Of both installations: no question, also not about a configuration file that the user has changed.
const OPTIONS: [&str; 7] = [
    "-y",
    "-qq",
    "--no-install-recommends",
    "-o",
    "DPkg::Lock::Timeout=120",
    "-o",
    "Dpkg::Options::=--force-confold",
];

fn bring(job: &Job<'_>) -> Result<Brought, String> {
    let package = job.wanted.map_or("postgresql".to_owned(), |major| format!("postgresql-{major}"));
    // Often one source of many cannot be read, and the lists of the others are enough.
    let updated = job.programs.run("apt-get", &["update", "-qq"]);
    job.programs.report(&package);
    let install = [&["install", &package], &OPTIONS[..]].concat();
    // In two steps: downloads may be cut short.
    let downloaded = job.programs.run("apt-get", &[&install[..], &["--download-only"]].concat());
    let installed = downloaded.and_then(|_| {
        let file = job.programs.context.system_path(NO_CLUSTER);
        job.programs.run_through(include_str!("apt_get.sh"), &file, "apt-get", &install)
    });
    match (installed, updated) {
        (Ok(_), _) => Ok(Brought::Machine),
        (Err(error), Ok(_)) => Err(error),
        (Err(error), Err(before)) => Err(format!("{error}\n{before}")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::PathBuf;
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::server::local::install::program::Programs;
    use crate::server::source_context::SourceContext;

    const INSTALL: &str = "install postgresql-17 -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 \
                           -o Dpkg::Options::=--force-confold";
    const DOWNLOAD: &str = "install postgresql-17 -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 \
                            -o Dpkg::Options::=--force-confold --download-only";
    const COMMENT: &str =
        "# While `cargo gauntlet install` or a test installs PostgreSQL; removed afterwards.";
    const SETTING: &str = "create_main_cluster = false";

    /// Installs with this body of an apt-get, which finds its arguments and the settings of new clusters in `$calls`.
    #[track_caller]
    fn check(body: &str, outcome: &str, calls: &[&str]) {
        let id = uuid::Uuid::new_v4();
        let folder = std::env::temp_dir().join(format!("gauntlet-apt-get-{id}"));
        fs::create_dir(&folder).unwrap();
        let script = format!(
            "#!/bin/sh\nPATH=/usr/bin:/bin\ncalls={0}/calls\n\
             echo \"$@\" >>$calls\ncat {0}{NO_CLUSTER} >>$calls 2>/dev/null || :\n{body}\n",
            folder.display()
        );
        // Another process writes it: a child that another test forks meanwhile would hold it open, and then it cannot be run.
        let write = "printf '%s' \"$2\" >\"$1\" && chmod 755 \"$1\"";
        let file = folder.join("apt-get");
        let mut writer = Command::new("/bin/sh");
        assert!(writer.args(["-c", write, "sh"]).arg(file).arg(script).status().unwrap().success());

        let context = SourceContext::default()
            .with_environment([("PATH", &folder)])
            .with_system_root(&folder);
        let limit = Duration::from_secs(60);
        let lock = File::create(folder.join("lock")).unwrap();
        let programs = Programs {
            context: &context,
            client: "apt-get",
            folder: &folder,
            lock: &lock,
            deadline: Instant::now() + limit,
            limit,
        };
        let brought = bring(&Job { wanted: Some(17), folder: PathBuf::new(), programs });
        let brought = brought.map_or_else(|error| error, |_| "installed".to_owned());
        assert_eq!(brought, outcome);
        let text = fs::read_to_string(folder.join("calls")).unwrap();
        assert_eq!(text.lines().collect::<Vec<_>>(), calls);
        assert!(!folder.join("etc/postgresql-common/createcluster.d").exists());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn no_cluster_is_made() {
        check("", "installed", &["update -qq", DOWNLOAD, INSTALL, COMMENT, SETTING]);
    }

    #[test]
    fn lists_that_are_not_updated_may_be_enough_and_are_mentioned_where_they_are_not() {
        let update = "[ $1 != update ] || { echo 'E: no Release file' >&2; exit 100; }";
        check(update, "installed", &["update -qq", DOWNLOAD, INSTALL, COMMENT, SETTING]);
        check(
            &format!("{update}\necho 'E: no postgresql-17' >&2\nexit 100"),
            &format!(
                "`apt-get {DOWNLOAD}` failed (exit status: 100)\nE: no postgresql-17\n\
                 `apt-get update -qq` failed (exit status: 100)\nE: no Release file"
            ),
            &["update -qq", DOWNLOAD],
        );
    }

    #[test]
    fn the_setting_is_removed_after_a_failure() {
        check(
            "case $* in update* | *--download-only) ;; *) echo 'E: dpkg failed' >&2; exit 100 ;; esac",
            &format!("`apt-get {INSTALL}` failed (exit status: 100)\nE: dpkg failed"),
            &["update -qq", DOWNLOAD, INSTALL, COMMENT, SETTING],
        );
    }
}

//! The commands of the templates, run as a machine of GitHub or GitLab runs them: in a user's crate outside of this
//! workspace (`tests/sqlx/quickstart_0_8`), and the check in a repository of its own.
//!
//! Steps with `uses` are the platform's. A service container is a PostgreSQL of this machine, at another address. What
//! fetches from the internet beyond the registries is left out, and said.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use yaml_rust2::Yaml;

use crate::service::Service;
use crate::templates::{action, root, scalar, templates};

type Variables = BTreeMap<String, String>;

/// A machine: where the repository is, what the platform fills in, and the programs that it has besides.
struct Machine {
    checkout: PathBuf,
    folder: tempfile::TempDir,
    expressions: Variables,
    variables: Variables,
}

impl Machine {
    fn new(checkout: &Path) -> Machine {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        if !on_the_path("sudo") {
            program(&bin.join("sudo"), "#!/bin/sh\nexec \"$@\"\n");
        }
        let mut variables = Variables::new();
        let search = std::env::var("PATH").unwrap();
        variables.insert("PATH".to_owned(), format!("{}:{search}", bin.display()));
        let expressions = ["github.workspace", "runner.temp", "runner.tool_cache"];
        let expressions = expressions.map(|name| (name.to_owned(), path.clone())).into();
        Machine { checkout: checkout.to_owned(), folder, expressions, variables }
    }

    /// The text with each `${{ name }}` filled in.
    fn fill(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) =
                part.split_once("}}").unwrap_or_else(|| panic!("not closed: {text}"));
            let value = self.expressions.get(name.trim());
            out += value.unwrap_or_else(|| panic!("what is {name}?"));
            out += rest;
        }
        out
    }

    /// The variables under `key`, on top of those that there are.
    fn set(&mut self, yaml: &Yaml) {
        for (name, value) in yaml.as_hash().into_iter().flatten() {
            let value = self.fill(&scalar(value));
            // GitLab's own variables stand in the values of others.
            let value = value.replace("$CI_PROJECT_DIR", &self.folder.path().display().to_string());
            self.variables.insert(scalar(name), value);
        }
    }

    /// Runs a script, and returns whether it succeeded, and what it wrote.
    fn run(&self, script: &str, folder: &Path) -> (Option<i32>, String) {
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "-c", script]).current_dir(folder);
        for (name, _) in std::env::vars()
            .filter(|(name, _)| name.starts_with("GAUNTLET") || name == "DATABASE_URL")
        {
            command.env_remove(name);
        }
        command.envs(&self.variables);
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&text).into_owned())
    }

    /// Runs a script that has to succeed.
    fn pass(&self, script: &str, why: &str) -> String {
        println!("{why}: {script}");
        let (code, out) = self.run(script, &self.checkout);
        assert_eq!(code, Some(0), "{why}: {script}\n{out}");
        out
    }
}

fn on_the_path(name: &str) -> bool {
    let search = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&search).any(|folder| folder.join(name).is_file())
}

fn program(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Whether a command can run here; why not, is printed.
fn can_run(command: &str) -> bool {
    let missing = if command.contains("curl ") {
        Some("it fetches from the internet")
    } else if command.starts_with("cargo install --locked cargo-gauntlet") {
        Some("this version is not published")
    } else if command.contains("nextest") && !on_the_path("cargo-nextest") {
        Some("cargo-nextest is not installed")
    } else if command.contains("apt-get") && !on_the_path("apt-get") {
        Some("there is no apt-get")
    } else {
        None
    };
    if let Some(why) = missing {
        println!("left out, {why}: {command}");
    }
    missing.is_none()
}

/// These tests build a user's crate, install packages, and need the network for that.
fn asked_for() -> bool {
    let all = std::env::var("GAUNTLET_TEST_ALL").unwrap_or_default();
    ["1", "templates"].contains(&all.as_str())
}

fn programs() -> Option<PathBuf> {
    let named = std::env::var_os("PG_BINDIR").map(PathBuf::from);
    named.filter(|folder| folder.join("initdb").is_file())
}

/// A crate of a user, and where it is built.
fn crate_of_a_user() -> Machine {
    let mut machine = Machine::new(&root().join("tests/sqlx/quickstart_0_8"));
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let target = target.join("sqlx").display().to_string();
    machine.variables.insert("CARGO_TARGET_DIR".to_owned(), target);
    machine
}

/// A repository with migrations in the folder `app`, and `cargo gauntlet`.
fn repository() -> Machine {
    let mut machine = Machine::new(Path::new(""));
    let checkout = machine.folder.path().join("checkout");
    let migrations = checkout.join("app/migrations");
    std::fs::create_dir_all(&migrations).unwrap();
    for entry in std::fs::read_dir(root().join("examples/quickstart/migrations")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, migrations.join(path.file_name().unwrap())).unwrap();
    }
    machine.checkout = checkout;
    machine.pass(
        "git init --quiet --initial-branch=main . && git add . && git -c user.name=a -c user.email=a@b commit --quiet --message m",
        "a repository",
    );
    let target = std::env::current_exe().unwrap();
    let command = target.ancestors().nth(2).unwrap().join("cargo-gauntlet");
    assert!(command.is_file(), "{} is not built", command.display());
    let bin = machine.folder.path().join("gauntlet/bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(command, bin.join("cargo-gauntlet")).unwrap();
    machine
}

/// Makes the down of one version forget what its up has done.
fn spoil(machine: &Machine) {
    let down = "app/migrations/20240401000000_index_product_names.down.sql";
    std::fs::write(machine.checkout.join(down), "SELECT 1;\n").unwrap();
}

/// The jobs of GitHub's templates that run tests.
#[test]
fn the_jobs_of_github_pass() {
    if !asked_for() {
        return;
    }
    for (name, yaml) in templates() {
        if !name.starts_with("github") || name == "github-actions-check.yml" {
            continue;
        }
        let mut machine = crate_of_a_user();
        machine.expressions.insert("matrix.postgres".to_owned(), "15".to_owned());
        machine.set(&yaml["env"]);
        let job = &yaml["jobs"]["migrations"];
        machine.set(&job["env"]);
        let service = service_of(&mut machine, &job["services"]);
        if !job["services"].is_badvalue() && service.is_none() {
            println!("left out, PG_BINDIR is not set: {name}");
            continue;
        }
        let mut tested = false;
        for step in job["steps"].as_vec().unwrap() {
            machine.set(&step["env"]);
            if let Some(script) = step["run"].as_str().filter(|script| can_run(script)) {
                tested |= machine.pass(script, &name).contains("stairway");
            }
            for path in step["with"]["path"].as_str().unwrap_or_default().split_whitespace() {
                let there = machine.folder.path().join(path);
                assert!(there.is_file() || !tested, "{name}: {path} is not written");
            }
        }
        assert!(tested || !can_run("cargo nextest"), "{name} has not run the tests");
    }
}

/// Starts what `services` names, and changes the address of the server in the variables.
fn service_of(machine: &mut Machine, services: &Yaml) -> Option<Service> {
    if services.is_badvalue() {
        return None;
    }
    let password = match services {
        Yaml::Hash(_) => scalar(&services["postgres"]["env"]["POSTGRES_PASSWORD"]),
        _ => machine.variables["POSTGRES_PASSWORD"].clone(),
    };
    let service = Service::start(&programs()?, &password);
    let url = machine.variables.get_mut("GAUNTLET_DATABASE_URL").expect("a URL of the service");
    let (head, _) = url.split_once('@').unwrap();
    let address = &url[head.len()..];
    assert!(["@localhost:5432/postgres", "@postgres:5432/postgres"].contains(&address), "{url}");
    *url = format!("{head}@127.0.0.1:{}/postgres", service.port);
    Some(service)
}

#[test]
fn the_jobs_of_gitlab_pass() {
    if !asked_for() {
        return;
    }
    let (_, yaml) = templates().into_iter().find(|(name, _)| name == "gitlab-ci.yml").unwrap();
    let jobs = yaml.as_hash().unwrap().iter().map(|(name, job)| (scalar(name), job));
    for (name, job) in jobs.filter(|(_, job)| !job["script"].is_badvalue()) {
        let mut machine = if name == "migrations-check" {
            let mut machine = repository();
            let search = machine.variables["PATH"].clone();
            let bin = machine.folder.path().join("gauntlet/bin");
            machine.variables.insert("PATH".to_owned(), format!("{}:{search}", bin.display()));
            machine.checkout.push("app");
            machine
        } else {
            crate_of_a_user()
        };
        machine.set(&yaml["variables"]);
        // It would be filled again from the registries; the rest of the job is the same.
        machine.variables.remove("CARGO_HOME");
        machine.set(&job["variables"]);
        let service = service_of(&mut machine, &job["services"]);
        if !job["services"].is_badvalue() && service.is_none() {
            println!("left out, PG_BINDIR is not set: {name}");
            continue;
        }
        let before = job["before_script"].as_vec().into_iter().flatten();
        for line in before.chain(job["script"].as_vec().unwrap()) {
            let line = line.as_str().unwrap();
            if can_run(line) {
                machine.pass(line, &name);
            }
        }
        let paths = job["artifacts"]["paths"].as_vec().into_iter().flatten().map(scalar);
        let junit = job["artifacts"]["reports"]["junit"].as_str().map(str::to_owned);
        for path in paths.chain(junit) {
            let there = [machine.folder.path(), &machine.checkout].map(|folder| folder.join(&path));
            assert!(there.iter().any(|path| path.is_file()), "{name}: {path} is not written");
        }
    }
}

/// The action, on a repository that is in order and on one that is not. The build of the command is left out, as if it
/// came from the cache.
#[test]
fn the_action_passes_and_fails() {
    if !asked_for() {
        return;
    }
    let mut machine = repository();
    let action = action();
    for (name, input) in action["inputs"].as_hash().unwrap() {
        let value = scalar(&input["default"]);
        machine.expressions.insert(format!("inputs.{}", scalar(name)), value);
    }
    let set =
        [("working-directory", "app"), ("shipped", "main"), ("args", "--skip naming --quiet")];
    for (name, value) in set {
        let old = machine.expressions.insert(format!("inputs.{name}"), value.to_owned());
        assert!(old.is_some(), "{name}");
    }
    let steps = action["runs"]["steps"].as_vec().unwrap();
    let check = steps.iter().find(|step| step["name"].as_str() == Some("Check the migrations"));
    let check = check.expect("the step that checks");
    machine.set(&check["env"]);
    let summary = machine.folder.path().join("summary.md");
    machine.variables.insert("GITHUB_STEP_SUMMARY".to_owned(), summary.display().to_string());
    let folder = machine.checkout.join(machine.fill(check["working-directory"].as_str().unwrap()));
    let script = check["run"].as_str().unwrap();

    let (code, out) = machine.run(script, &folder);
    assert_eq!((code, out.contains("::error")), (Some(0), false), "{out}");
    assert!(machine.folder.path().join("gauntlet.html").is_file());

    spoil(&machine);
    let (code, out) = machine.run(script, &folder);
    assert_eq!(code, Some(1), "{out}");
    let file = "app/migrations/20240401000000_index_product_names.down.sql";
    assert!(out.contains(&format!("::error file={file},")), "{out}");
    assert!(std::fs::read_to_string(summary).unwrap().contains("| stairway | **failed** |"));

    // The other commands, but for the build.
    let named = |name: &str| steps.iter().find(|step| step["name"].as_str() == Some(name)).unwrap();
    let postgres = named("PostgreSQL")["run"].as_str().unwrap();
    if can_run(postgres) {
        machine.pass(postgres, "action.yml");
    }
    let output = machine.folder.path().join("output");
    machine.variables.insert("GITHUB_OUTPUT".to_owned(), output.display().to_string());
    machine.expressions.insert("github.action_path".to_owned(), root().display().to_string());
    let key = named("Key of the cache");
    machine.set(&key["env"]);
    machine.pass(key["run"].as_str().unwrap(), "action.yml");
    let line = std::fs::read_to_string(output).unwrap();
    let sum = line.trim_end().strip_prefix("sum=").expect("a key");
    assert!(sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
}

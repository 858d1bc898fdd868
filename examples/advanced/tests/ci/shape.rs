//! What can be seen of a template without running it: its commands are valid, and its variables are ours.

use std::process::Command;

use yaml_rust2::Yaml;

use crate::templates::{read, root, templates};

/// Every command: `run` of a GitHub step, each line of `script` and `before_script` of a GitLab job.
fn commands(yaml: &Yaml, found: &mut Vec<String>) {
    match yaml {
        Yaml::Hash(hash) => {
            for (key, value) in hash {
                match (key.as_str(), value) {
                    (Some("run"), Yaml::String(command)) => found.push(command.clone()),
                    (Some("script" | "before_script"), Yaml::Array(lines)) => {
                        found.extend(lines.iter().map(|line| line.as_str().unwrap().to_owned()));
                    }
                    _ => commands(value, found),
                }
            }
        }
        Yaml::Array(list) => list.iter().for_each(|item| commands(item, found)),
        _ => {}
    }
}

/// The names of all variables that a template sets.
fn variables(yaml: &Yaml, found: &mut Vec<String>) {
    match yaml {
        Yaml::Hash(hash) => {
            for (key, value) in hash {
                if let (Some("env" | "variables"), Yaml::Hash(set)) = (key.as_str(), value) {
                    found.extend(set.keys().map(|name| name.as_str().unwrap().to_owned()));
                }
                variables(value, found);
            }
        }
        Yaml::Array(list) => list.iter().for_each(|item| variables(item, found)),
        _ => {}
    }
}

#[test]
fn the_templates_are_these() {
    let names: Vec<String> = templates().into_iter().map(|(name, _)| name).collect();
    let expected = [
        "github-actions-check.yml",
        "github-actions-embedded.yml",
        "github-actions-nextest.yml",
        "github-actions-service.yml",
        "gitlab-ci.yml",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_workflow_has_what_github_wants() {
    for (name, yaml) in templates().iter().filter(|(name, _)| name.starts_with("github")) {
        assert!(yaml["name"].as_str().is_some(), "{name}");
        assert!(yaml["on"].as_vec().is_some(), "{name}");
        for (job, content) in yaml["jobs"].as_hash().unwrap() {
            let job = job.as_str().unwrap();
            assert!(content["runs-on"].as_str().is_some(), "{name}: {job}");
            for step in content["steps"].as_vec().unwrap() {
                let one =
                    [&step["uses"], &step["run"]].iter().filter(|s| s.as_str().is_some()).count();
                assert_eq!(one, 1, "{name}: a step of {job} has `uses` or `run`: {step:?}");
            }
        }
    }
}

#[test]
fn every_job_of_gitlab_has_a_script() {
    for (name, yaml) in templates().iter().filter(|(name, _)| name.starts_with("gitlab")) {
        for (job, content) in yaml.as_hash().unwrap() {
            let job = job.as_str().unwrap();
            if !["default", "variables"].contains(&job) {
                assert!(content["script"].as_vec().is_some(), "{name}: {job}");
            }
        }
    }
}

#[test]
fn the_commands_are_valid() {
    const PROGRAMS: [&str; 5] = ["cargo", "sudo", "apt-get", "curl", "test"];
    for (name, yaml) in templates() {
        let mut all = Vec::new();
        commands(&yaml, &mut all);
        let uses_the_action = name == "github-actions-check.yml";
        let tests = all.iter().any(|command| command.starts_with("cargo "));
        assert_eq!(tests, !uses_the_action, "{name} runs no test");
        for command in all {
            let shell = Command::new("sh").args(["-n", "-c", &command]).output().unwrap();
            assert!(shell.status.success(), "{name}: {command}");
            let first = command.split(' ').next().unwrap();
            assert!(PROGRAMS.contains(&first), "{name}: {command}");
            // Whether our own command has its options is seen where it runs.
            if first == "cargo" && !command.starts_with("cargo gauntlet") {
                cargo(&name, &command);
            }
        }
    }
}

/// Holds that cargo knows the command and each of its options.
fn cargo(name: &str, command: &str) {
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let subcommand: Vec<&str> = words.iter().copied().take_while(|w| !w.starts_with('-')).collect();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    if subcommand[0] == "nextest" {
        let there = Command::new(&cargo).args(["nextest", "--version"]).output().unwrap();
        if !there.status.success() {
            println!("cargo-nextest is not installed; not looked into: {command}");
            return;
        }
    }
    let help = Command::new(&cargo).args(&subcommand).arg("--help").output().unwrap();
    assert!(help.status.success(), "{name}: cargo {subcommand:?}");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for option in words.iter().filter(|word| word.starts_with("--")) {
        assert!(help.contains(option), "{name}: {option} is no option of cargo {subcommand:?}");
    }
}

/// A misspelt variable would be ignored without a word.
#[test]
fn the_variables_are_known() {
    const OTHERS: [&str; 4] = ["POSTGRES_PASSWORD", "CARGO_HOME", "GIT_DEPTH", "SQLX_OFFLINE"];
    const OURS: [&str; 3] = ["GAUNTLET_DATABASE_URL", "GAUNTLET_JSON", "GAUNTLET_REPORT"];
    for (name, yaml) in templates() {
        let mut all = Vec::new();
        variables(&yaml, &mut all);
        for variable in all {
            let known = OTHERS.contains(&variable.as_str()) || OURS.contains(&variable.as_str());
            assert!(known, "{name}: {variable}");
        }
    }
}

/// An input that no step reads would be ignored without a word, and one that is not declared is empty.
#[test]
fn the_action_reads_all_of_its_inputs() {
    let path = root().join("action.yml");
    let text = std::fs::read_to_string(&path).unwrap();
    let action = read(&path);
    let declared: Vec<&str> =
        action["inputs"].as_hash().unwrap().keys().map(|key| key.as_str().unwrap()).collect();
    for input in &declared {
        assert!(text.contains(&format!("inputs.{input}")), "{input} is not read");
    }
    for used in text.split("inputs.").skip(1) {
        let name = used.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap();
        assert!(declared.contains(&name), "{name} is not declared");
    }
    for step in action["runs"]["steps"].as_vec().unwrap() {
        // Text that comes from a pull request must not become a part of a script.
        assert!(!step["run"].as_str().is_some_and(|run| run.contains("${{")), "{step:?}");
        assert_eq!(step["run"].as_str().is_some(), step["shell"].as_str().is_some(), "{step:?}");
    }
    let used = read(&root().join("docs/ci/github-actions-check.yml"));
    let steps = used["jobs"]["migrations"]["steps"].as_vec().unwrap();
    let ours = steps.iter().find(|step| {
        step["uses"].as_str().is_some_and(|uses| uses.starts_with("migration-gauntlet/"))
    });
    for name in ours.unwrap()["with"].as_hash().unwrap().keys() {
        assert!(declared.contains(&name.as_str().unwrap()), "{name:?} is not declared");
    }
}

//! `github`: the commands by which a workflow annotates the lines of a pull request, and the summary of its job.
//!
//! The format is that of GitHub's workflow commands: `::error file=…,line=…,col=…,title=…::message`, with `%`, line feeds
//! and in properties `:` and `,` as percent codes. Paths start at the root of the repository.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gauntlet_runtime::checks::JUDGED;
use gauntlet_runtime::env::Env;
use gauntlet_runtime::finding::{Finding, Report, Severity, Status};
use gauntlet_runtime::front::append;
use gauntlet_runtime::report::{self, Settings};

use super::{Outcome, Run};
use crate::failure::Failure;

pub(super) fn render(run: &Run, folder: &Path, env: &Env) -> Result<String, Failure> {
    if let Some(path) = env.file("GITHUB_STEP_SUMMARY") {
        append(&path, &summary(run))
            .map_err(Failure::io(format!("append to {}", path.display())))?;
    }
    let prefix = prefix(folder);
    Ok(run.reports().flat_map(|report| annotations(report, &prefix)).collect())
}

/// The path from the root of the repository to the folder; empty without a repository.
fn prefix(folder: &Path) -> PathBuf {
    let root = folder.ancestors().find(|folder| folder.join(".git").exists());
    let inside = root.and_then(|root| folder.strip_prefix(root).ok());
    inside.map(Path::to_owned).unwrap_or_default()
}

fn annotations(report: &Report, prefix: &Path) -> Vec<String> {
    // How much was judged is nothing to look at in a pull request.
    let shown = report.findings.iter().filter(|finding| finding.kind != JUDGED);
    let mut lines: Vec<String> = shown.map(|finding| annotation(report, finding, prefix)).collect();
    if let Some(error) = report.error.as_ref().filter(|_| report.status() == Status::Error) {
        let title = property(&format!("{} could not run", report.check));
        lines.push(format!("::error title={title}::{}\n", data(error)));
    }
    lines
}

fn annotation(check: &Report, finding: &Finding, prefix: &Path) -> String {
    let command = match finding.severity {
        Severity::Failure => "error",
        _ => "notice",
    };
    let mut properties = Vec::new();
    if let Some(file) = &finding.file {
        let path = prefix.join(file);
        properties.push(format!("file={}", property(&path.to_string_lossy().replace('\\', "/"))));
        if let Some(position) = finding.position {
            properties.push(format!("line={},col={}", position.line, position.column));
        }
    }
    properties.push(format!("title={}", property(&format!("{}: {}", check.check, finding.title))));
    let text = report::finding_for(finding, Settings::Toml);
    // The title stands in the annotation's head.
    let body = text.split_once('\n').map_or("", |(_, body)| body).trim_end();
    let body = if body.is_empty() { finding.title.as_str() } else { body };
    format!("::{command} {}::{}\n", properties.join(","), data(body))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A table in Markdown, and the findings of the checks that failed.
fn summary(run: &Run) -> String {
    let mut out = format!("### Migrations: {}\n\n| check | result |\n|---|---|\n", run.name);
    let mut details = String::new();
    for outcome in &run.outcomes {
        let _ = match outcome {
            Outcome::Ignored { check, reason } => writeln!(out, "| {check} | ignored, {reason} |"),
            Outcome::Ran(report) => {
                let result = match report.status() {
                    Status::Passed => "passed",
                    Status::Failed => "**failed**",
                    _ => "**could not run**",
                };
                if report.status() != Status::Passed {
                    let text = report::render_for(report, Settings::Toml);
                    let fence = fence(&text);
                    let _ = write!(
                        details,
                        "\n<details><summary>{}</summary>\n\n{fence}text\n{}\n{fence}\n\n</details>\n",
                        report.check,
                        text.trim_end()
                    );
                }
                writeln!(out, "| {} | {result} |", report.check)
            }
        };
    }
    out + &details
}

/// A fence longer than any row of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_gives_a_meaning_is_a_percent_code() {
        assert_eq!(property("a:b,c\n100%"), "a%3Ab%2Cc%0A100%25");
        assert_eq!(data("a:b,c\r\n"), "a:b,c%0D%0A");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fence("no"), "```");
        assert_eq!(fence("a ```` b"), "`````");
    }
}

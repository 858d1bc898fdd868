//! The file of a case: what it shows, the verdicts, and the files of the project.
//!
//! ```text
//! A down that leaves an index.
//!
//! stairway: fails with "index idx_users_mail on users: left behind"
//! downgrade_all_the_way: fails
//! --- 1_users.up.sql
//! …
//! ```
//!
//! A verdict is `passes`, `fails` or `cannot run`; behind `with` stand texts of its report, behind `without` texts that it
//! must not have. Other lines: `from: 15`, the oldest server on which it holds; `only in: database` or `schema`.

use std::fs;
use std::path::{Path, PathBuf};

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::Status;
use gauntlet_runtime::isolation::Isolation;

/// A case.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// The folder and the name of its file.
    pub(super) name: String,
    pub(super) verdicts: Vec<Verdict>,
    /// The oldest major version on which the verdicts hold.
    pub(super) from: u32,
    pub(super) isolations: Vec<Isolation>,
    /// The files of the project, as `Project::new` reads them.
    pub(super) files: String,
}

/// What a check has to come to.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) check: Check,
    pub(super) status: Status,
    /// What its report has to say.
    pub(super) texts: Vec<String>,
    /// What it must not say.
    pub(super) absent: Vec<String>,
}

/// All cases, by name.
pub(super) fn all() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<Case> = entries(&root)
        .iter()
        .flat_map(|folder| entries(folder))
        .map(|file| {
            let name = file.strip_prefix(&root).unwrap().with_extension("");
            let text = fs::read_to_string(&file).unwrap();
            Case::parse(&name.display().to_string(), &text)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

impl Case {
    fn parse(name: &str, text: &str) -> Result<Case, String> {
        let (head, files) = text.split_once("\n--- ").ok_or("no file begins with `--- `")?;
        let (what, lines) = head.split_once("\n\n").ok_or("no empty line ends what it shows")?;
        if !what.ends_with('.') || what.contains('\n') {
            return Err("the first line is not a sentence".to_owned());
        }
        let mut case = Case {
            name: name.to_owned(),
            verdicts: Vec::new(),
            from: 14,
            isolations: vec![Isolation::Database, Isolation::Schema],
            files: format!("--- {files}"),
        };
        for line in lines.lines() {
            let (key, value) = line.split_once(": ").ok_or(format!("no `: ` in `{line}`"))?;
            match (key, value) {
                ("from", major) => case.from = major.parse().map_err(|_| major.to_owned())?,
                ("only in", "database") => case.isolations = vec![Isolation::Database],
                ("only in", "schema") => case.isolations = vec![Isolation::Schema],
                (check, verdict) => case.verdicts.push(Verdict::parse(check, verdict)?),
            }
        }
        if case.verdicts.is_empty() {
            return Err("no verdict".to_owned());
        }
        Ok(case)
    }
}

impl Verdict {
    fn parse(check: &str, verdict: &str) -> Result<Verdict, String> {
        let find = |one: &&Check| one.name() == check;
        let check = Check::ALL.iter().find(find).ok_or(format!("no check `{check}`"))?;
        let (head, quotes) = verdict.split_at(verdict.find('"').unwrap_or(verdict.len()));
        let (status, absent) = match (head.strip_suffix(" with "), head.strip_suffix(" without ")) {
            (Some(status), _) => (status, false),
            (_, Some(status)) => (status, true),
            _ => (head, false),
        };
        let status = match status {
            "passes" => Status::Passed,
            "fails" => Status::Failed,
            "cannot run" => Status::Error,
            other => return Err(format!("no verdict `{other}`")),
        };
        let mut verdict = Verdict { check: *check, status, texts: Vec::new(), absent: Vec::new() };
        verdict.take(quotes, absent)?;
        Ok(verdict)
    }

    /// Takes the texts, each between quotes.
    fn take(&mut self, mut quotes: &str, mut absent: bool) -> Result<(), String> {
        while !quotes.is_empty() {
            let mistake = || format!("no quotes around `{quotes}`");
            let inside = quotes.strip_prefix('"').ok_or_else(mistake)?;
            let ends = inside.match_indices('"').map(|(at, _)| at);
            let end = ends.into_iter().find(|at| !inside[..*at].ends_with('\\'));
            let (text, rest) = inside.split_at(end.ok_or_else(mistake)?);
            let texts = if absent { &mut self.absent } else { &mut self.texts };
            texts.push(text.replace("\\\"", "\""));
            quotes = &rest[1..];
            if let Some(others) = quotes.strip_prefix(" without ") {
                (quotes, absent) = (others, true);
            } else {
                quotes = quotes.strip_prefix(' ').unwrap_or(quotes);
            }
        }
        Ok(())
    }
}

#[test]
fn mistakes_in_a_case_are_found() {
    let parse = |text: &str| Case::parse("a/b", text).unwrap_err();
    assert_eq!(parse("What.\n\nstairway: passes\n"), "no file begins with `--- `");
    assert_eq!(parse("What\n\nstairway: passes\n--- 1.sql\n"), "the first line is not a sentence");
    assert_eq!(parse("What.\n\nstairways: passes\n--- 1.sql\n"), "no check `stairways`");
    assert_eq!(parse("What.\n\nstairway: pass\n--- 1.sql\n"), "no verdict `pass`");
    assert_eq!(parse("What.\n\nstairway: fails \"a\"\n--- 1.sql\n"), "no verdict `fails `");
    assert_eq!(parse("What.\n\nstairway: fails with \"a\n--- 1.sql\n"), "no quotes around `\"a`");
    assert_eq!(parse("What.\n\nfrom: 15\n--- 1.sql\n"), "no verdict");
    let case = Case::parse(
        "a/b",
        "What.\n\nnaming: fails with \"a \\\"b\\\"\" \"c\" without \"d\"\n--- 1.sql\nSELECT 1;\n",
    );
    let verdict = case.unwrap().verdicts.remove(0);
    assert_eq!(verdict.texts, ["a \"b\"", "c"]);
    assert_eq!(verdict.absent, ["d"]);
}

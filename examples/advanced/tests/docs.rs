//! The code blocks of `docs/advanced.md` are the very code that runs here, and what the tests write.
//!
//! Above each block stands where it comes from: `<!-- tests/data.rs#seed -->` is what stands between `// [seed]` and
//! `// [/seed]` in that file, `<!-- output/seed.txt -->` is a whole file. `UPDATE_DOCS=1 cargo test -p advanced --test
//! docs` writes the blocks again.

use std::fmt::Write as _;
use std::path::Path;

#[test]
fn the_code_of_the_guide_is_the_code_that_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = root.join("../../docs/advanced.md");
    let text = std::fs::read_to_string(&guide).unwrap();
    let expected = filled(&text, root);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&guide, expected).unwrap();
        return;
    }
    for (line, (is, should)) in text.lines().zip(expected.lines()).enumerate() {
        assert_eq!(
            is,
            should,
            "docs/advanced.md:{}: run UPDATE_DOCS=1 cargo test -p advanced",
            line + 1
        );
    }
    assert_eq!(text, expected);
}

#[test]
fn the_table_of_patterns_names_what_there_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = root.join("../../docs");
    let text = std::fs::read_to_string(docs.join("advanced.md")).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains(".rs`: "))
        .map(|line| line.split(" | ").collect())
        .collect();
    assert!(rows.len() > 20, "{} rows", rows.len());
    for row in rows {
        let (file, tests) = row[1].split_once(": ").unwrap();
        let source = root.join("tests").join(file.trim_matches('`'));
        let source = std::fs::read_to_string(&source)
            .unwrap_or_else(|e| panic!("{}: {e}", source.display()));
        for test in tests.split(", ") {
            let function = format!("fn {}(", test.trim_matches('`'));
            assert!(source.contains(&function), "{test} is not in {file}");
        }
        for link in row[2].split("](").skip(1) {
            let output = docs.join(link.split(')').next().unwrap());
            assert!(output.is_file(), "{}", output.display());
        }
    }
}

/// The guide with each block as its source says. A block without a source is not allowed.
fn filled(text: &str, root: &Path) -> String {
    let mut out = String::new();
    let mut source: Option<String> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let named = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        if let Some(named) = named {
            source = Some(content(root, named));
        }
        writeln!(out, "{line}").unwrap();
        if line.starts_with("```") {
            let content =
                source.take().unwrap_or_else(|| panic!("a block without a source: {line}"));
            // The old content.
            let _ = lines.by_ref().find(|line| *line == "```");
            writeln!(out, "{}\n```", content.trim_end()).unwrap();
        }
    }
    out
}

fn content(root: &Path, named: &str) -> String {
    let (file, region) = named.split_once('#').map_or((named, None), |(file, at)| (file, Some(at)));
    let path = root.join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let Some(region) = region else { return text };
    let (begin, end) = (format!("// [{region}]"), format!("// [/{region}]"));
    let lines: Vec<&str> = text
        .lines()
        .skip_while(|line| line.trim() != begin)
        .skip(1)
        .take_while(|line| line.trim() != end)
        .filter(|line| !(line.trim().starts_with("// [") && line.trim().ends_with(']')))
        .collect();
    assert!(!lines.is_empty(), "there is no {begin} in {file}");
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let lead = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    lines.iter().fold(String::new(), |text, line| text + line.get(lead..).unwrap_or("") + "\n")
}

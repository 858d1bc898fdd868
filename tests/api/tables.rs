//! The tables of checks and arguments in the guides, which are those of the lists.
//!
//! `UPDATE_EXPECT=1 cargo test --test api` writes them.

use std::path::Path;

use gauntlet::Check;
use gauntlet_plan::Argument;

#[test]
fn the_guides_list_the_checks() {
    let rows = Check::ALL
        .iter()
        .map(|check| format!("| `{}` | {} |\n", check.name(), check.passes_when()));
    let table = format!("| test | passes when |\n|---|---|\n{}", rows.collect::<String>());
    check("README.md", &table);
    check("docs/migration_suite.md", &table);
}

#[test]
fn the_guides_list_the_arguments() {
    let rows = Argument::ALL.iter().flat_map(|argument| {
        argument.forms().iter().enumerate().map(|(place, form)| {
            let list = if place == 0 { "" } else { "(...)" };
            format!("| `{}{list}` | {} | {} |\n", argument.name(), form.default, form.meaning)
        })
    });
    let table =
        format!("| argument | default | meaning |\n|---|---|---|\n{}", rows.collect::<String>());
    check("README.md", &table);
    check("docs/migration_suite.md", &table);
}

/// Every check has a heading in the guide that says what its failure looks like.
#[test]
fn every_check_has_its_section() {
    let guide = read("docs/checks.md");
    for check in Check::ALL {
        let heading = format!("\n## {}\n", check.name());
        assert!(guide.contains(&heading), "docs/checks.md has no section `{}`", check.name());
    }
}

/// Checks, or writes, the table of a page that has the same head.
#[track_caller]
fn check(page: &str, table: &str) {
    let text = read(page);
    let head = table.lines().next().unwrap_or_default();
    let start =
        text.find(&format!("{head}\n")).unwrap_or_else(|| panic!("{page} has no table `{head}`"));
    let end = text[start..].find("\n\n").map_or(text.len(), |length| start + length + 1);
    if text[start..end] == *table {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_EXPECT").is_some(),
        "the table of {page} is not that of the list; UPDATE_EXPECT=1 writes it:\n{table}"
    );
    let text = format!("{}{table}{}", &text[..start], &text[end..]);
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(page), text)
        .expect("the page can be written");
}

fn read(page: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

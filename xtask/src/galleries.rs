//! The galleries of the checks: each check's file names its own, which has examples that pass and that fail.

use std::path::Path;

/// The folder of the checks.
const CHECKS: &str = "gauntlet-runtime/src/checks";

/// Files and folders of the folder that hold no check.
const OTHERS: &[&str] = &["mod.rs", "outcome.rs", "parts"];

/// What begins the line that names the gallery.
const EXAMPLES: &str = "//! Examples that pass and fail: `";

/// What is wrong with the gallery of a check; `text` is that of the check's file.
fn wrong(root: &Path, check: &str, text: &str) -> Option<String> {
    let file = format!("{CHECKS}/{check}.rs");
    if !text.starts_with(&format!("//! `{check}`: ")) {
        return Some(format!("{file}: does not begin with //! `{check}`: "));
    }
    let named = text.lines().find_map(|line| line.strip_prefix(EXAMPLES));
    let Some(gallery) = named.and_then(|rest| rest.strip_suffix("`.")) else {
        return Some(format!("{file}: no line {EXAMPLES}…`."));
    };
    let Some(examples) = read(&root.join(gallery)) else {
        return Some(format!("{file}: {gallery} does not exist"));
    };
    let is_finding = |line: &str| {
        let rest = line.trim().strip_prefix(check).and_then(|rest| rest.strip_prefix(": "));
        let number = rest.and_then(|rest| rest.split_once(" finding")).map(|(number, _)| number);
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let ok = format!("{check}: ok");
    let passes = examples.lines().any(|line| line.trim() == ok)
        || examples.contains("expect_ok()")
        || examples.contains("_passes(");
    match (passes, examples.lines().any(is_finding)) {
        (true, true) => None,
        (false, _) => Some(format!("{gallery}: no example of `{check}` that passes")),
        (_, false) => Some(format!("{gallery}: no example of `{check}` that fails")),
    }
}

/// The text of a file, or that of all files of a folder.
fn read(path: &Path) -> Option<String> {
    if !path.is_dir() {
        return std::fs::read_to_string(path).ok();
    }
    let entries = std::fs::read_dir(path).ok()?;
    entries.map(|entry| read(&entry.ok()?.path())).collect()
}

#[test]
fn every_check_names_a_gallery_with_examples_that_pass_and_fail() {
    let root = crate::root();
    let mut checks = 0;
    let mut all = Vec::new();
    for entry in std::fs::read_dir(root.join(CHECKS)).expect("the folder of the checks") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if OTHERS.contains(&name) {
            continue;
        }
        let (check, file) = match name.strip_suffix(".rs") {
            Some(check) => (check, path.clone()),
            None => (name, path.join("mod.rs")),
        };
        checks += 1;
        let text = std::fs::read_to_string(file).expect("the text of a check");
        all.extend(wrong(&root, check, &text));
    }
    assert!(checks > 0, "no check in {CHECKS}");
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
}

#[test]
fn what_is_missing_is_named() {
    let root = crate::root();
    let of = |text: &str| wrong(&root, "naming", text).unwrap_or_default();
    assert_eq!(
        of("//! Names."),
        "gauntlet-runtime/src/checks/naming.rs: does not begin with //! `naming`: "
    );
    assert!(of("//! `naming`: names.").contains("no line //! Examples"));
    let examples = |file: &str| of(&format!("//! `naming`: names.\n{EXAMPLES}{file}`.\n"));
    assert!(examples("tests/it/gallery/nowhere.rs").ends_with("does not exist"));
    assert_eq!(
        examples("tests/it/gallery/single_head.rs"),
        "tests/it/gallery/single_head.rs: no example of `naming` that fails"
    );
    assert_eq!(examples("tests/it/gallery/naming.rs"), "");
}

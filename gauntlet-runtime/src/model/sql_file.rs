//! SQL files as the model: a file, several, or a folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::ModelError;
use super::rules::{self, Failed, Verdict};
use super::source::{Loading, ModelSource, Scratch};
use crate::driver;
use crate::isolation::Isolation;
use crate::regular_file;
use crate::sql::{self, Position, Statement};

/// A source that is one file or folder, by its path.
macro_rules! paths {
    ($($path:ty),*) => {$(
        impl ModelSource for $path {
            fn name(&self) -> String {
                Path::new(self).display().to_string()
            }

            fn load<'a>(&'a self, scratch: Scratch<'a>) -> Loading<'a> {
                Box::pin(async move { load(&[self.name().as_str()], scratch).await })
            }

            fn file(&self, manifest_dir: &Path) -> Option<PathBuf> {
                single(Path::new(self), manifest_dir)
            }

            fn content(&self, manifest_dir: &Path) -> Option<String> {
                content(&[self.name().as_str()], manifest_dir)
            }
        }
    )*};
}

paths!(&'static str, String, PathBuf);

impl ModelSource for Vec<PathBuf> {
    fn name(&self) -> String {
        self.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    }

    fn load<'a>(&'a self, scratch: Scratch<'a>) -> Loading<'a> {
        Box::pin(async move {
            let paths: Vec<String> = self.iter().map(|path| path.display().to_string()).collect();
            load(&paths.iter().map(String::as_str).collect::<Vec<_>>(), scratch).await
        })
    }

    fn content(&self, manifest_dir: &Path) -> Option<String> {
        let paths: Vec<String> = self.iter().map(|path| path.display().to_string()).collect();
        content(&paths.iter().map(String::as_str).collect::<Vec<_>>(), manifest_dir)
    }
}

impl<const N: usize> ModelSource for [&'static str; N] {
    fn name(&self) -> String {
        self.join(", ")
    }

    fn load<'a>(&'a self, scratch: Scratch<'a>) -> Loading<'a> {
        Box::pin(load(self, scratch))
    }

    fn file(&self, manifest_dir: &Path) -> Option<PathBuf> {
        match self.as_slice() {
            [one] => single(Path::new(one), manifest_dir),
            _ => None,
        }
    }

    fn content(&self, manifest_dir: &Path) -> Option<String> {
        content(self, manifest_dir)
    }
}

/// The path, if it is (or will be) a file.
fn single(path: &Path, manifest_dir: &Path) -> Option<PathBuf> {
    let is_folder =
        path.as_os_str().to_string_lossy().ends_with('/') || manifest_dir.join(path).is_dir();
    (!is_folder).then(|| path.to_owned())
}

/// Loads files and folders, one after the other, into one schema.
async fn load(paths: &[&str], mut scratch: Scratch<'_>) -> Result<(), ModelError> {
    for path in paths {
        for file in files(path, scratch.manifest_dir())? {
            let text = read(&file, scratch.manifest_dir())?;
            load_text(&file, &text, &mut scratch).await?;
        }
    }
    Ok(())
}

/// The names and texts of all files.
fn content(paths: &[&str], manifest_dir: &Path) -> Option<String> {
    let mut content = String::new();
    for path in paths {
        for file in files(path, manifest_dir).ok()? {
            let text = read(&file, manifest_dir).ok()?;
            // With their lengths, so that no text can look like two.
            let _ = write!(content, "{} {file} {} {text}", file.len(), text.len());
        }
    }
    Some(content)
}

/// A file itself, or the SQL files of a folder by name.
fn files(path: &str, manifest_dir: &Path) -> Result<Vec<String>, ModelError> {
    let place = manifest_dir.join(path);
    if !place.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |source| ModelError::Read { file: path.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&place).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned();
        let sql = Path::new(&name).extension().is_some_and(|e| e.eq_ignore_ascii_case("sql"));
        if sql && !name.starts_with('.') {
            files.push(format!("{}/{name}", path.trim_end_matches('/')));
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(ModelError::EmptyFolder { folder: path.to_owned() });
    }
    Ok(files)
}

fn read(file: &str, manifest_dir: &Path) -> Result<String, ModelError> {
    let text = regular_file::read_to_string(&manifest_dir.join(file)).map_err(|source| {
        let file = file.to_owned();
        match source.kind() {
            std::io::ErrorKind::NotFound => ModelError::NotThere { file },
            _ => ModelError::Read { file, source },
        }
    })?;
    if sql::is_blank(&text) {
        return Err(ModelError::Blank { file: file.to_owned() });
    }
    Ok(text)
}

/// Statements that go to the server together. In one transaction for each of them, a schema of thousands of statements
/// takes a third longer; all in one transaction would hold more locks than a server has.
const TOGETHER: usize = 200;

/// Runs the statements of a text.
pub(crate) async fn load_text(
    file: &str,
    text: &str,
    scratch: &mut Scratch<'_>,
) -> Result<(), ModelError> {
    let script = Script { file, text };
    let (sql, commands) = rules::without_meta_commands(text);
    for command in commands {
        match rules::meta_command(&command.text) {
            Verdict::Run => {}
            Verdict::SetAside(why) => {
                scratch.set_aside(script.place(command.offset), one_line(&command.text), why);
            }
            Verdict::Refuse(why) => {
                return Err(script.error(command.offset, &command.text, why));
            }
        }
    }
    let foreign = match scratch.isolation() {
        Isolation::Database => None,
        Isolation::Schema => Some(other_schemas(scratch).await?),
    };
    let own_database = scratch.own_database();
    let others = foreign.as_deref().map(|foreign| (foreign, &*own_database));
    let statements = sql::split(&sql);
    let own = statements.iter().any(|statement| sql::controls_transactions(statement.text));
    let most = if own { 1 } else { TOGETHER };
    let mut waiting = Vec::new();
    for statement in &statements {
        let verdict = rules::before(statement.text, others);
        if verdict == Verdict::Run {
            waiting.push(statement);
        }
        let full = waiting.len() == most || rules::changes_reading(statement.text);
        if verdict != Verdict::Run || full {
            run_all(&script, &waiting, scratch).await?;
            waiting.clear();
        }
        match verdict {
            Verdict::Run => {}
            Verdict::SetAside(why) => {
                scratch.set_aside(script.place(statement.offset), one_line(statement.text), why);
            }
            Verdict::Refuse(why) => {
                return Err(script.error(statement.offset, statement.text, why));
            }
        }
    }
    run_all(&script, &waiting, scratch).await
}

/// Runs statements in one transaction; when that fails, one by one, so that an error has a place.
async fn run_all(
    script: &Script<'_>,
    statements: &[&Statement<'_>],
    scratch: &mut Scratch<'_>,
) -> Result<(), ModelError> {
    if statements.len() > 1 {
        // The semicolon on a line of its own: a statement may end in a comment.
        let texts: Vec<&str> = statements.iter().map(|statement| statement.text).collect();
        match driver::execute(scratch.conn(), &texts.join("\n;\n")).await {
            Ok(_) => return Ok(()),
            Err(error) if error.as_database_error().is_none() => return Err(error.into()),
            Err(_) => {}
        }
    }
    for statement in statements {
        run(script, statement, scratch).await?;
    }
    Ok(())
}

async fn run(
    script: &Script<'_>,
    statement: &Statement<'_>,
    scratch: &mut Scratch<'_>,
) -> Result<(), ModelError> {
    let Err(error) = driver::execute(scratch.conn(), statement.text).await else {
        return Ok(());
    };
    let Some(database) = sql::postgres_error(&error) else {
        return Err(error.into());
    };
    let failed = Failed { code: database.code(), message: database.message() };
    if let Some(why) = rules::after(statement.text, &failed) {
        let role = failed.missing_role();
        let place = script.place(statement.offset);
        scratch.set_aside_for_role(place, one_line(statement.text), why, role);
        return Ok(());
    }
    let mut message = crate::finding::query_text(&error);
    if let Some(hint) = rules::hint(&failed, scratch.makes_roles()) {
        message.push_str("\nhelp: ");
        message.push_str(hint);
    }
    let inside = sql::error_offset(database, statement.text).unwrap_or_default();
    let offset = statement.offset + inside;
    Err(script.error(offset, statement.text, message))
}

/// The schemas that were there before and are not the scratch.
async fn other_schemas(scratch: &mut Scratch<'_>) -> Result<Vec<String>, ModelError> {
    Ok(driver::query_scalar(
        "SELECT nspname::text FROM pg_namespace WHERE nspname <> current_schema() \
         AND nspname !~ '^pg_' AND nspname <> 'information_schema'",
    )
    .fetch_all(scratch.conn())
    .await?)
}

/// A text with its name. The statements' offsets are those of this text.
struct Script<'a> {
    file: &'a str,
    text: &'a str,
}

impl Script<'_> {
    fn place(&self, offset: usize) -> String {
        format!("{}:{}", self.file, Position::of_byte(self.text, offset))
    }

    fn error(&self, offset: usize, statement: &str, message: impl Into<String>) -> ModelError {
        let position = Position::of_byte(self.text, offset);
        let line = self.text.lines().nth(position.line as usize - 1).unwrap_or_default();
        ModelError::Statement {
            file: self.file.to_owned(),
            position,
            excerpt: line.trim_end().to_owned(),
            statement: Some(one_line(statement)).filter(|text| !line.contains(text)),
            message: message.into().replace('\n', "\n  "),
        }
    }
}

/// A statement on one line of at most eighty characters.
fn one_line(statement: &str) -> String {
    let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    }
}

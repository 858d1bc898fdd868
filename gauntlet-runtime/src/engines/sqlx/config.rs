//! `sqlx.toml`: sqlx's own settings of a project, as its macros and its command line read them (0.9; 0.8 knows none).
//!
//! Read in sqlx 0.9.0, `sqlx-core/src/config/migrate.rs`. Only what concerns the running of migrations is read; unknown keys,
//! and the defaults of `sqlx migrate add`, are left to sqlx.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::driver::migrate::TABLE;
use crate::history::HistoryError;
use crate::regular_file;

/// The name of the file.
pub(super) const FILE: &str = "sqlx.toml";

/// The section `[migrate]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Config {
    /// `table-name`, as SQL.
    pub(super) table_name: Option<String>,
    /// `create-schemas`, as SQL, in sqlx's order.
    pub(super) create_schemas: BTreeSet<String>,
    /// `migrations-dir`, relative to the crate.
    pub(super) migrations_dir: Option<String>,
    /// `ignored-chars`: characters that a script's checksum leaves out.
    pub(super) ignored_chars: BTreeSet<char>,
}

impl Config {
    /// Reads a file; one that does not exist says nothing.
    pub(super) fn read(file: &Path, manifest_dir: &Path) -> Result<Config, HistoryError> {
        match regular_file::read_to_string(file) {
            Ok(text) => Config::parse(&text, file.strip_prefix(manifest_dir).unwrap_or(file)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Config::default()),
            Err(error) => Err(HistoryError::source(format!("{}: {error}", file.display()))),
        }
    }

    /// Reads the text of a file, which is shown under this name.
    #[cfg(feature = "sqlx-0_9")]
    pub(super) fn parse(text: &str, file: &Path) -> Result<Config, HistoryError> {
        toml::parse(text, file)
    }

    /// sqlx 0.8 has no such file.
    #[cfg(not(feature = "sqlx-0_9"))]
    #[allow(clippy::unnecessary_wraps, reason = "0.9 may fail")]
    pub(super) fn parse(_: &str, _: &Path) -> Result<Config, HistoryError> {
        Ok(Config::default())
    }

    /// The bookkeeping table, as SQL.
    pub(super) fn table(&self) -> &str {
        self.table_name.as_deref().unwrap_or(TABLE)
    }
}

/// The file for a folder of migrations: the nearest one above the folder, up to the crate or repository that the folder
/// belongs to; else that of the suite's crate. `None` stands for migrations that come from no folder.
pub(super) fn file_for(folder: Option<&Path>, manifest_dir: &Path) -> PathBuf {
    let absolute = folder.map(|folder| manifest_dir.join(folder));
    let mut at = absolute.as_deref().and_then(Path::parent);
    while let Some(folder) = at {
        let file = folder.join(FILE);
        if file.is_file() {
            return file;
        }
        let is_end = |name: &str| folder.join(name).exists();
        if folder == manifest_dir || is_end("Cargo.toml") || is_end(".git") {
            break;
        }
        at = folder.parent();
    }
    manifest_dir.join(FILE)
}

#[cfg(feature = "sqlx-0_9")]
mod toml {
    use std::collections::BTreeSet;
    use std::ops::Range;
    use std::path::Path;

    use toml::Spanned;
    use toml::de::{DeTable, DeValue};

    use super::Config;
    use crate::history::HistoryError;
    use crate::sql::Position;

    type Value<'a> = Spanned<DeValue<'a>>;

    pub(super) fn parse(text: &str, file: &Path) -> Result<Config, HistoryError> {
        let reader = Reader { text, file };
        let document = DeTable::parse(text).map_err(|error| {
            reader.fault(error.span().unwrap_or_default(), error.message().to_owned())
        })?;
        let Some(migrate) = document.get_ref().get("migrate") else { return Ok(Config::default()) };
        let DeValue::Table(migrate) = migrate.get_ref() else {
            return Err(reader.expected("migrate", "a table", migrate));
        };
        let text = |key| migrate.get(key).map(|value| reader.text(key, value)).transpose();
        let list = |key| migrate.get(key).map(|value| reader.texts(key, value)).transpose();
        let mut ignored_chars = BTreeSet::new();
        for (value, text) in list("ignored-chars")?.unwrap_or_default() {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => ignored_chars.insert(one),
                _ => return Err(reader.expected("ignored-chars", "single characters", value)),
            };
        }
        let create_schemas = list("create-schemas")?.unwrap_or_default();
        Ok(Config {
            table_name: text("table-name")?,
            create_schemas: create_schemas.into_iter().map(|(_, schema)| schema).collect(),
            migrations_dir: text("migrations-dir")?,
            ignored_chars,
        })
    }

    struct Reader<'a> {
        text: &'a str,
        file: &'a Path,
    }

    impl Reader<'_> {
        fn text(&self, key: &str, value: &Value<'_>) -> Result<String, HistoryError> {
            let text = value.get_ref().as_str().map(str::to_owned);
            text.ok_or_else(|| self.expected(key, "a text", value))
        }

        fn texts<'v, 'i>(
            &self,
            key: &str,
            value: &'v Value<'i>,
        ) -> Result<Vec<(&'v Value<'i>, String)>, HistoryError> {
            let DeValue::Array(list) = value.get_ref() else {
                return Err(self.expected(key, "a list of texts", value));
            };
            let text = |value| match value {
                Ok(value) => Ok(value),
                Err(value) => Err(self.expected(key, "a list of texts", value)),
            };
            list.iter()
                .map(|value| value.get_ref().as_str().map(|s| (value, s.to_owned())).ok_or(value))
                .map(text)
                .collect()
        }

        fn expected(&self, key: &str, expected: &str, value: &Value<'_>) -> HistoryError {
            self.fault(value.span(), format!("`{key}` takes {expected}"))
        }

        fn fault(&self, span: Range<usize>, why: String) -> HistoryError {
            let position = Position::of_byte(self.text, span.start);
            let line = self.text.lines().nth(position.line as usize - 1).unwrap_or_default();
            let (file, excerpt) = (self.file.to_owned(), line.trim_end().to_owned());
            HistoryError::Settings { file, position, why, excerpt }
        }
    }
}

#[cfg(all(test, feature = "sqlx-0_9"))]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new(FILE)).map_err(|error| error.to_string())
    }

    /// The file that sqlx's own documentation shows, and what sqlx makes of it.
    #[test]
    fn the_reference() {
        let text = r#"
            [common]
            database-url-var = "FOO_DATABASE_URL"
            [macros.table-overrides.'foo']
            'bar' = "crate::types::Bar"
            [migrate]
            table-name = "foo._sqlx_migrations"
            migrations-dir = "foo/migrations"
            create-schemas = ["foo", '"Foo"']
            ignored-chars = [" ", "\t", "\r", "\n", "\uFEFF"]
            of-a-later-version = true
            [migrate.defaults]
            migration-type = "reversible"
        "#;
        let expected = Config {
            table_name: Some("foo._sqlx_migrations".to_owned()),
            create_schemas: ["\"Foo\"", "foo"].map(str::to_owned).into(),
            migrations_dir: Some("foo/migrations".to_owned()),
            ignored_chars: [' ', '\t', '\r', '\n', '\u{feff}'].into(),
        };
        assert_eq!(parse(text), Ok(expected));
        assert_eq!(parse(""), Ok(Config::default()));
    }

    #[test]
    fn a_fault_has_its_place() {
        let fault = |text: &str| parse(text).unwrap_err();
        assert_eq!(
            fault("[migrate]\ntable-name = 7\n"),
            "read sqlx.toml:2:14: `table-name` takes a text\n  table-name = 7"
        );
        assert_eq!(
            fault("[migrate]\nignored-chars = [\"\\r\\n\"]\n"),
            "read sqlx.toml:2:18: `ignored-chars` takes single characters\n  ignored-chars = [\"\\r\\n\"]"
        );
        assert_eq!(
            fault("[migrate]\ncreate-schemas = \"app\"\n"),
            "read sqlx.toml:2:18: `create-schemas` takes a list of texts\n  create-schemas = \"app\""
        );
        assert_eq!(
            fault("migrate = 1"),
            "read sqlx.toml:1:11: `migrate` takes a table\n  migrate = 1"
        );
        assert!(fault("[migrate\n").starts_with("read sqlx.toml:1:9: "));
    }
}

//! The next step for a reader: a sentence, and where there is one, the code or the setting that takes it.

use serde::{Deserialize, Serialize};

use crate::history::VersionId;

/// A next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Help {
    /// The advice, as a sentence without a full stop.
    pub text: String,
    /// The code to add or to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// The setting to declare. Each front end writes it as its own configuration does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[doc(hidden)]
    pub declare: Option<Declaration>,
}

impl Help {
    /// A next step that is only a sentence.
    #[doc(hidden)]
    pub fn text(text: impl Into<String>) -> Help {
        Help { text: text.into(), code: None, declare: None }
    }

    /// A next step with code.
    #[doc(hidden)]
    pub fn code(text: impl Into<String>, language: Language, code: impl Into<String>) -> Help {
        let code = Code { language, text: code.into() };
        Help { code: Some(code), ..Help::text(text) }
    }

    /// A next step that is a setting of the suite.
    #[doc(hidden)]
    pub fn declare(text: impl Into<String>, setting: &str, value: DeclaredValue) -> Help {
        Help { declare: Some(Declaration::new(setting, value)), ..Help::text(text) }
    }
}

/// Code that a help proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Code {
    /// Its language.
    pub language: Language,
    /// The code.
    pub text: String,
}

/// The language of proposed code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Language {
    /// SQL of PostgreSQL.
    Sql,
    /// Rust: an attribute, a type, an expression.
    Rust,
    /// A command line.
    Shell,
    /// A line of a configuration file, which the help's text names.
    Text,
}

/// A setting of the suite, with the value to give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Declaration {
    /// The setting's name, such as `irreversible`.
    pub setting: String,
    /// The value.
    pub value: DeclaredValue,
}

impl Declaration {
    /// A setting with its value.
    #[doc(hidden)]
    pub fn new(setting: &str, value: DeclaredValue) -> Declaration {
        Declaration { setting: setting.to_owned(), value }
    }
}

/// The value of a declared setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeclaredValue {
    /// A word of the setting's own, such as `all`.
    Word(String),
    /// That a part of the setting is given, such as `all`.
    Yes,
    /// A number.
    Number(u64),
    /// Words of the setting's own, such as `extensions`.
    Words(Vec<String>),
    /// A text, such as a file.
    Text(String),
    /// Texts, such as globs: `allow = ["settings"]`.
    Texts(Vec<String>),
    /// Versions.
    Versions(Vec<VersionId>),
    /// Parts with names, each a text or versions: `shipped(git = "origin/main", healed = [4])`.
    Parts(Vec<(String, DeclaredValue)>),
    /// Rules for names: what the setting `naming(...)` takes.
    Naming {
        /// The rules, one a kind of object.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kinds: Vec<NamesOfKind>,
        /// Names that are right whatever they name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        except: Vec<String>,
    },
    /// A value that is for the reader to choose, shown by an example.
    Example(String),
}

/// The names that are right for one kind of object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NamesOfKind {
    /// The kind, such as `foreign_key`.
    pub kind: String,
    /// Globs with one `*` at an end, such as `idx_*`; `None` where any name is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub globs: Option<Vec<String>>,
}

impl NamesOfKind {
    /// The right names of a kind: those that match one of these globs, or any.
    #[doc(hidden)]
    pub fn new(kind: &str, globs: Option<Vec<String>>) -> NamesOfKind {
        NamesOfKind { kind: kind.to_owned(), globs }
    }
}

//! A file of a history that does not stand on disk.

use std::path::PathBuf;

/// A file as another state of the project has it, such as a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path from the folder of the migrations.
    pub name: PathBuf,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl SourceFile {
    /// A file with its path from the folder of the migrations.
    pub fn new(name: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> SourceFile {
        SourceFile { name: name.into(), bytes: bytes.into() }
    }
}

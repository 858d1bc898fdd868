//! Standard output.

use std::io::{self, Write as _};

use crate::failure::Failure;

/// Writes a text to standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Failure::io("write to standard output"))
}

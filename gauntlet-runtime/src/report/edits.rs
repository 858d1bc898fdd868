//! The edits between two lists of texts.

use similar::DiffOp;
use similar::algorithms::{Capture, Compact, Replace, myers};

/// The operations, in order. By name: to choose an algorithm at run time, all of them would be compiled.
pub(super) fn edits(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut hook = Compact::new(Replace::new(Capture::new()), old, new);
    match myers::diff(&mut hook, old, 0..old.len(), new, 0..new.len()) {
        Ok(()) => hook.into_inner().into_inner().into_ops(),
        Err(never) => match never {},
    }
}

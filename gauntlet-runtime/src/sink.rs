//! The place where lines go while a run is still going on.

use std::fmt;

/// Takes lines about a run that is still going on. A front end gives one; whatever takes long writes to it.
pub trait Sink: fmt::Debug + Send + Sync {
    /// A report that stays: a line, or several, with a line feed at its end.
    fn report(&self, text: &str);

    /// The line that shows the current state, in place of the one before; `None` clears it.
    fn show(&self, line: Option<&str>);

    /// Returns true if anyone sees what [`show`](Sink::show) gets.
    fn shows(&self) -> bool;
}

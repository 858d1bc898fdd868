//! How a version is named in a call: by number, or by a part of its name.

/// A version as a test names it: `20240105`, `"20240105"`, `"add_status"`, `"status"`.
///
/// A text has to fit exactly one version; see [`History::find`](crate::history::History::find).
pub trait VersionArg {
    /// The text to find.
    fn to_text(&self) -> String;
}

impl VersionArg for i64 {
    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl VersionArg for i32 {
    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl VersionArg for str {
    fn to_text(&self) -> String {
        self.to_owned()
    }
}

impl VersionArg for String {
    fn to_text(&self) -> String {
        self.clone()
    }
}

impl VersionArg for crate::history::Version {
    fn to_text(&self) -> String {
        self.id.to_string()
    }
}

impl<T: VersionArg + ?Sized> VersionArg for &T {
    fn to_text(&self) -> String {
        (**self).to_text()
    }
}

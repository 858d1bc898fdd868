//! The kinds of object.

mod attribute;
mod kind;

pub use attribute::{Attribute, attributes_of};
pub use kind::Kind;

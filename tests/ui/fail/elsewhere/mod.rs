//! The module's file.

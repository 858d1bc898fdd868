//! The crate whose migrations the tests of this folder run. Each file of `tests/` is a story of `docs/advanced.md`.

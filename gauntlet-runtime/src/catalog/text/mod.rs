//! Texts of SQL as PostgreSQL prints them: taken apart, compared, searched for names.

pub(crate) mod equivalence;
pub(crate) mod mentions;
pub(crate) mod printed;
pub(crate) mod read_back;

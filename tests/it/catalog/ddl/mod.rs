//! Catalogs as SQL: what `mend` writes mends, and what `script` writes makes the same schema again.

mod catalogs;
mod every;
mod inheritance;
mod plans;
mod scripts;

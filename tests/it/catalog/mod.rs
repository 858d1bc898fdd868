//! Reading, comparing, tracking and writing catalogs. Single changes are data in `mutations/`.

mod ddl;
mod generated;
mod mutations;
mod read;
mod tracking;

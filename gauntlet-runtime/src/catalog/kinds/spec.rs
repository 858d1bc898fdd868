//! The description of a kind of object: all that the rest of the crate has to know of it.
//!
//! Every member is required: a kind that leaves one out does not compile. What most kinds have in common is in
//! [`usual`](crate::catalog::write::usual).

use super::Kind;
use super::attribute::Attribute;
pub(crate) use super::place::{HangsOn, NameSpace};
use crate::catalog::ordered::Set;
use crate::catalog::write::grant::On;
use crate::catalog::write::writer::{Alter, Changed, Writer};
use crate::catalog::{Catalog, Object, ObjectId, Value};

/// How the reader knows whether a database has any objects of a kind before it asks for them: a probe, rows of a catalog such
/// as `pg_am WHERE oid >= 16384`. To plan the query of a kind on a new connection costs more than all probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Nearly every database has some.
    Always,
    /// Many databases have some; each of these kinds is probed for.
    Often(&'static str),
    /// Most databases lack them. These kinds are probed for together, and read where any of the probes finds a row.
    Rare(&'static str),
}

/// A kind of object, described once, as `KIND` in `kinds/<kind>/mod.rs`.
pub(crate) struct KindSpec {
    /// The name of one, for people: `materialized view`.
    pub one: &'static str,
    /// The name of several as one word, in ignore rules too: `materialized_views`.
    pub many: &'static str,
    /// The keyword in `ALTER` and `DROP`: `MATERIALIZED VIEW`.
    pub keyword: &'static str,
    /// The catalog table that holds them.
    pub class: &'static str,
    /// The catalog table of the object that they hang on; `class` for those that stand alone. The unit in which
    /// snapshots are read again is a row of this table.
    pub root_class: &'static str,
    /// The kind of parent that they have and are dropped with.
    pub hangs_on: HangsOn,
    /// The kind of their columns; `None` unless they are relations.
    pub columns: Option<Kind>,
    /// With what their names must not collide.
    pub name_space: NameSpace,

    /// The query that reads them, before its placeholders are filled (see `read/query.rs`).
    pub query: &'static str,
    /// How the reader knows whether there are any before it asks for them.
    pub presence: Presence,
    /// The attributes that only this kind has; what any object may have is added to them.
    pub attributes: &'static [Attribute],
    /// The places by which a tracker notices that one was written.
    pub tracked: Tracked,
    /// The rows by which one outside of a test's own schema is seen.
    pub outside: &'static [Outside],

    /// The name in statements, with its schema outside of home.
    pub name: fn(&ObjectId) -> String,
    /// The object in `COMMENT ON` and `DROP`: `TABLE users`, `TRIGGER t ON users`.
    pub target: fn(&ObjectId) -> String,
    /// The object in whose statement this one is created; `None` when it has a statement of its own.
    pub created_with: fn(&Catalog, &ObjectId, &Object, Separate<'_>) -> Option<ObjectId>,
    /// Returns true if it has to be announced by an empty `CREATE TYPE` before the functions that it is made of.
    pub begins_as_shell: fn(&Object) -> bool,
    /// The statements that create it, without what any object may have.
    pub create: fn(Writer<'_>, &ObjectId, &Object, Separate<'_>) -> Vec<String>,
    /// The statements that drop it. The last argument is the catalog to reach.
    pub drop: fn(Writer<'_>, &ObjectId, &Object, &Catalog) -> Vec<String>,
    /// The statement that renames it; the last argument is the old name.
    pub rename: fn(Writer<'_>, &ObjectId, &str) -> String,
    /// The change of one of its own attributes.
    pub alter: fn(Writer<'_>, &Changed<'_>) -> Alter,
    /// The privileges that can be granted on it; `None` for none.
    pub privileges: Option<Privileges>,

    /// Its place in a script.
    pub in_script: fn(&Catalog, &ObjectId, &Object) -> InScript,
    /// When a repair creates and drops it, where no dependency decides.
    pub in_repair: InRepair,
    /// The way in which the texts of other objects mention it.
    pub mentioned: Mentioned,
    /// True if its attributes name functions without a parenthesis behind the name.
    pub names_functions: bool,
    /// Adds the objects that it needs beyond those that its SQL texts mention.
    pub needs: fn(&Catalog, &ObjectId, &Object, &mut Set<ObjectId>),

    /// The properties that two objects of different names must share to count as one that was renamed.
    pub renamed: Renamed,
    /// Returns true if two values of an attribute differ in form only, beyond what holds for every kind.
    pub same_meaning: fn(&str, &Object, Option<&Value>, Option<&Value>) -> bool,
}

/// Constraints that must not be part of their table's statement.
pub(crate) type Separate<'a> = &'a dyn Fn(&ObjectId) -> bool;

/// The places by which a tracker notices that an object was written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tracked {
    /// By the rows of a catalog among the sources of `track/scan.rs`: only the roots of those rows are read again. A change in
    /// one of these places besides means that everything is.
    ByRoot(&'static [Watch]),
    /// By a change anywhere in these places: everything is read again.
    Whole(&'static [Watch]),
}

/// A place where a change means that everything is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Watch {
    /// Rows of a catalog, with a condition if need be: `pg_collation WHERE oid >= 16384`.
    Rows(&'static str),
    /// The same, in a catalog that all databases of the server share: others insert and delete rows of theirs at any time,
    /// so that only updates count.
    RowsOfDatabase(&'static str),
    /// As rows of a catalog, on servers of this version (`server_version_num`) or newer.
    RowsSince(u32, &'static str),
    /// Rows that nobody else writes but tests of other schemas, which come and go: `$3` is the home schema.
    RowsOfHome(&'static str),
    /// A catalog whose rows cannot be read by everyone, and an SQL expression that sums up what can.
    Sum(&'static str, &'static str),
    /// Rows of a catalog for superusers, and such a sum for others.
    RowsOrSum(&'static str, &'static str),
}

/// The rows by which an object outside of a test's own schema is seen (see `read/outside.rs`).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outside {
    /// Among the rows of `pg_class`, by these values of `relkind`.
    Relation(&'static str),
    /// Among the rows of `pg_type`, by these values of `typtype`.
    Type(&'static str),
    /// Among the rows of `pg_proc`, by these values of `prokind`.
    Routine(&'static str),
    /// By a query of its own.
    Query(&'static str),
    /// Not at all; the reason.
    #[allow(dead_code, reason = "the reason is for whoever reads the description")]
    Unseen(&'static str),
}

/// The privileges that can be granted on an object.
#[derive(Clone, Copy)]
pub(crate) struct Privileges {
    /// The word for the kind in default privileges (`tables`); `None` where there are none.
    pub defaults: Option<&'static str>,
    /// Returns the text behind `ON`, such as `TABLE users`, and sets the rest of what `GRANT` has to know.
    pub on: fn(Writer<'_>, &ObjectId, &mut On<'_>) -> String,
}

/// The sections of a script, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Schemas,
    Extensions,
    /// Types that functions mention before they are complete.
    ShellTypes,
    /// Languages, collations, foreign servers.
    Foundations,
    Types,
    Sequences,
    Routines,
    Tables,
    ForeignKeys,
    Views,
    EventTriggers,
    Replication,
    /// Behind all objects, or they would be granted on what comes after them.
    DefaultPrivileges,
    /// Settings, privileges and comment of the database.
    Database,
}

/// The place of an object in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InScript {
    /// In this section, by its own name.
    Section(Section),
    /// In this section, in the block of its parent, at this rank.
    WithParent(Section, u8),
    /// In the block of a table, at this rank; `None` stands for that of the statement.
    WithTable(ObjectId, Option<u8>),
    /// In the block of the relation that it hangs on, at this rank.
    OnRelation(u8),
}

/// When a repair creates and drops an object, where no dependency decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InRepair {
    /// In the order of the kinds; dropped in the opposite order.
    ByKind,
    /// Dropped last: others may need it without a text that says so.
    DroppedLast,
    /// Created and changed last.
    CreatedLast,
}

/// The way in which the texts of other objects mention an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mentioned {
    /// By its name.
    ByName,
    /// By the name before its argument types, which it mentions in turn.
    BySignature,
    /// By the name before ` USING method`.
    ByNameOfMethod,
    /// By its symbol; it mentions its operand types in turn.
    BySymbol,
    /// Not at all; its own name mentions types.
    NameMentionsTypes,
    /// Not at all.
    Never,
}

/// The properties that two objects of different names must share to count as one that was renamed.
#[derive(Clone, Copy)]
pub(crate) enum Renamed {
    /// They are never taken for one: they have too little to say for a guess, or cannot be renamed.
    Never,
    /// All attributes.
    SameAttributes,
    /// All attributes, and what this function returns; `None` for no guess.
    SameAttributesAnd(fn(&Catalog, &ObjectId, &Object) -> Option<Vec<String>>),
}

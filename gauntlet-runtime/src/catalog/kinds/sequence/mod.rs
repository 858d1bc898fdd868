//! Sequences, except those of identity columns.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Privileges,
    Renamed, Section, Tracked,
};
use crate::catalog::write::find::table_called;
use crate::catalog::write::names::name;
use crate::catalog::write::names::split_owner;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "sequence",
    many: "sequences",
    keyword: "SEQUENCE",
    class: "pg_class",
    root_class: "pg_class",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_sequence"),
    attributes: &[
        plain("owner", "pg_class.relowner"),
        sql("type", "pg_sequence.seqtypid"),
        sql("start", "pg_sequence.seqstart"),
        sql("increment", "pg_sequence.seqincrement"),
        sql("minimum", "pg_sequence.seqmin"),
        sql("maximum", "pg_sequence.seqmax"),
        sql("cache", "pg_sequence.seqcache"),
        sql("cycle", "pg_sequence.seqcycle"),
        plain("unlogged", "pg_class.relpersistence"),
        sql("owned_by", "pg_depend, deptype a"),
        plain("grant.", "pg_class.relacl"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Relation("S")],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| write::create(id, object),
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: Some(Privileges {
        defaults: Some("sequences"),
        on: |_, id, _| format!("SEQUENCE {}", name(id)),
    }),

    in_script: |catalog, _, object| {
        // One that belongs to a column stands in the block of the table.
        let owner = object.text("owned_by").map(|owner| split_owner(owner).0);
        match owner.and_then(|table| table_called(catalog, table)) {
            Some((table, _)) => InScript::WithTable(table, None),
            None => InScript::Section(Section::Sequences),
        }
    },
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: usual::every_difference_counts,
};

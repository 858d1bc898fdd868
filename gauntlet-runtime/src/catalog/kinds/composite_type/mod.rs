//! Composite types that stand alone.

pub(crate) mod write;

use crate::catalog::Kind;
use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "composite type",
    many: "composite_types",
    keyword: "TYPE",
    class: "pg_type",
    root_class: "pg_class",
    hangs_on: HangsOn::Nothing,
    columns: Some(Kind::Column),
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_class WHERE oid >= 16384 AND relkind = 'c'"),
    attributes: &[
        plain("owner", "pg_type.typowner"),
        sql("column_order", "pg_attribute.attnum"),
        plain("grant.", "pg_type.typacl"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Relation("c")],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |w, id, _, _| write::create(w, id),
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: Some(usual::ON_TYPE),

    in_script: |_, _, _| InScript::Section(Section::Types),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributesAnd(usual::same_columns),
    same_meaning: usual::every_difference_counts,
};

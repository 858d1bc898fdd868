//! Base types and shell types.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "base type",
    many: "base_types",
    keyword: "TYPE",
    class: "pg_type",
    root_class: "pg_type",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Often(
        "pg_type t WHERE t.oid >= 16384 AND t.typtype NOT IN ('c', 'd', 'e', 'r', 'm') AND NOT EXISTS (SELECT 1 FROM pg_type e WHERE e.typarray = t.oid)",
    ),
    attributes: &[
        plain("owner", "pg_type.typowner"),
        sql("shell", "pg_type.typisdefined"),
        sql("input", "pg_type.typinput"),
        sql("output", "pg_type.typoutput"),
        sql("receive", "pg_type.typreceive"),
        sql("send", "pg_type.typsend"),
        sql("typmod_in", "pg_type.typmodin"),
        sql("typmod_out", "pg_type.typmodout"),
        sql("analyze", "pg_type.typanalyze"),
        sql("subscript", "pg_type.typsubscript"),
        sql("length", "pg_type.typlen"),
        sql("passed_by_value", "pg_type.typbyval"),
        sql("alignment", "pg_type.typalign"),
        sql("storage", "pg_type.typstorage"),
        sql("category", "pg_type.typcategory"),
        sql("preferred", "pg_type.typispreferred"),
        sql("element", "pg_type.typelem"),
        sql("delimiter", "pg_type.typdelim"),
        sql("collatable", "pg_type.typcollation"),
        sql("default", "pg_type.typdefault"),
        plain("grant.", "pg_type.typacl"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Type("b")],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |object| !object.has("shell"),
    create: |_, id, object, _| write::create(id, object),
    drop: usual::drop_shell,
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: Some(usual::ON_TYPE),

    in_script: |_, _, _| InScript::Section(Section::Types),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

//! Range types with their multiranges.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "range type",
    many: "range_types",
    keyword: "TYPE",
    class: "pg_type",
    root_class: "pg_type",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_range WHERE rngtypid >= 16384"),
    attributes: &[
        plain("owner", "pg_type.typowner"),
        sql("subtype", "pg_range.rngsubtype"),
        sql("multirange", "pg_range.rngmultitypid"),
        sql("operator_class", "pg_range.rngsubopc"),
        sql("collation", "pg_range.rngcollation"),
        sql("canonical", "pg_range.rngcanonical"),
        sql("subtype_diff", "pg_range.rngsubdiff"),
        plain("grant.", "pg_type.typacl"),
    ],
    tracked: Tracked::ByRoot(&[Watch::Rows("pg_range WHERE rngtypid >= 16384")]),
    outside: &[Outside::Type("r")],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |object| object.has("canonical"),
    create: |_, id, object, _| vec![write::create(id, object)],
    drop: usual::drop_shell,
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: Some(usual::ON_TYPE),

    in_script: |_, _, _| InScript::Section(Section::Types),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: usual::every_difference_counts,
};

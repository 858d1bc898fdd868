//! Casts.

pub(crate) mod write;

use crate::catalog::kinds::attribute::sql;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Renamed, Section,
    Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "cast",
    many: "casts",
    keyword: "CAST",
    class: "pg_cast",
    root_class: "pg_cast",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    rare: Some("pg_cast WHERE oid >= 16384"),
    attributes: &[
        sql("context", "pg_cast.castcontext"),
        sql("function", "pg_cast.castfunc"),
        sql("method", "pg_cast.castmethod"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_cast WHERE oid >= 16384")]),
    outside: &[Outside::Unseen(
        "it belongs to no schema and is dropped with its types, which may be those of the test",
    )],

    name: |id| id.name.clone(),
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| vec![write::create(id, object)],
    drop: usual::drop,
    rename: usual::rename,
    alter: usual::recreate,
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Routines),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::NameMentionsTypes,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

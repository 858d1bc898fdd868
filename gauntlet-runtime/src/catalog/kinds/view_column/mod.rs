//! Columns of views and materialized views.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "view column",
    many: "view_columns",
    keyword: "COLUMN",
    class: "pg_class",
    root_class: "pg_class",
    hangs_on: HangsOn::Relation,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_class WHERE oid >= 16384 AND relkind IN ('v', 'm')"),
    attributes: &[
        sql("default", "pg_get_expr(pg_attrdef.adbin)"),
        sql("storage", "pg_attribute.attstorage, where not the type's"),
        sql("compression", "pg_attribute.attcompression"),
        plain("statistics", "pg_attribute.attstattarget"),
        plain("option.", "pg_attribute.attoptions"),
        plain("grant.", "pg_attribute.attacl"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Unseen("it follows from its view")],

    name: usual::name,
    target: usual::target_in_parent,
    created_with: usual::created_with_relation,
    begins_as_shell: |_| false,
    create: |w, id, object, _| write::view_column_late(w, id, object),
    drop: |_, _, _, _| Vec::new(),
    rename: write::rename,
    alter: write::alter,
    privileges: Some(usual::ON_COLUMN),

    in_script: |_, _, _| InScript::OnRelation(5),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

//! Extended statistics.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::find::table_called;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "statistics object",
    many: "statistics",
    keyword: "STATISTICS",
    class: "pg_statistic_ext",
    root_class: "pg_class",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_statistic_ext"),
    attributes: &[
        plain("owner", "pg_statistic_ext.stxowner"),
        sql("table", "pg_statistic_ext.stxrelid"),
        sql("columns", "pg_get_statisticsobjdef_columns"),
        sql("kinds", "pg_statistic_ext.stxkind"),
        plain("statistics", "pg_statistic_ext.stxstattarget"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_statistic_ext")]),
    outside: &[Outside::Query(
        "SELECT 'pg_statistic_ext', x.oid::bigint, x.xmin::text, o.name, NULL, x.stxname::text \
         FROM pg_catalog.pg_statistic_ext x JOIN outside o ON o.oid = x.stxnamespace",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| write::create(id, object),
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: None,

    in_script: |catalog, _, object| match object
        .text("table")
        .and_then(|table| table_called(catalog, table))
    {
        Some((table, _)) => InScript::WithTable(table, Some(4)),
        None => InScript::Section(Section::ForeignKeys),
    },
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: write::same_meaning,
};

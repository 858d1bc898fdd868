//! Text search templates.

use crate::catalog::kinds::attribute::sql;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::kinds::text_search_parser::write::parts;
use crate::catalog::write::names::name;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "text search template",
    many: "text_search_templates",
    keyword: "TEXT SEARCH TEMPLATE",
    class: "pg_ts_template",
    root_class: "pg_ts_template",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_ts_template WHERE oid >= 16384"),
    attributes: &[
        sql("init", "pg_ts_template.tmplinit"),
        sql("lexize", "pg_ts_template.tmpllexize"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_ts_template WHERE oid >= 16384")]),
    outside: &[Outside::Query(
        "SELECT 'pg_ts_template', x.oid::bigint, x.xmin::text, o.name, NULL, x.tmplname::text \
         FROM pg_catalog.pg_ts_template x JOIN outside o ON o.oid = x.tmplnamespace",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| {
        let head = format!("CREATE TEXT SEARCH TEMPLATE {}", name(id));
        vec![parts(&head, object, &["init", "lexize"])]
    },
    drop: usual::drop,
    rename: usual::rename,
    alter: usual::recreate,
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Routines),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

//! Text search parsers.

pub(crate) mod write;

use crate::catalog::kinds::attribute::sql;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::names::name;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "text search parser",
    many: "text_search_parsers",
    keyword: "TEXT SEARCH PARSER",
    class: "pg_ts_parser",
    root_class: "pg_ts_parser",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_ts_parser WHERE oid >= 16384"),
    attributes: &[
        sql("start", "pg_ts_parser.prsstart"),
        sql("token", "pg_ts_parser.prstoken"),
        sql("end", "pg_ts_parser.prsend"),
        sql("headline", "pg_ts_parser.prsheadline"),
        sql("lextypes", "pg_ts_parser.prslextype"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_ts_parser WHERE oid >= 16384")]),
    outside: &[Outside::Query(
        "SELECT 'pg_ts_parser', x.oid::bigint, x.xmin::text, o.name, NULL, x.prsname::text \
         FROM pg_catalog.pg_ts_parser x JOIN outside o ON o.oid = x.prsnamespace",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| {
        let head = format!("CREATE TEXT SEARCH PARSER {}", name(id));
        vec![write::parts(&head, object, &["start", "token", "end", "headline", "lextypes"])]
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

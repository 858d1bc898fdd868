//! Text search dictionaries.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "text search dictionary",
    many: "text_search_dictionaries",
    keyword: "TEXT SEARCH DICTIONARY",
    class: "pg_ts_dict",
    root_class: "pg_ts_dict",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_ts_dict WHERE oid >= 16384"),
    attributes: &[
        plain("owner", "pg_ts_dict.dictowner"),
        sql("template", "pg_ts_dict.dicttemplate"),
        sql("options", "pg_ts_dict.dictinitoption"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_ts_dict WHERE oid >= 16384")]),
    outside: &[Outside::Query(
        "SELECT 'pg_ts_dict', x.oid::bigint, x.xmin::text, o.name, NULL, x.dictname::text \
         FROM pg_catalog.pg_ts_dict x JOIN outside o ON o.oid = x.dictnamespace",
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

    in_script: |_, _, _| InScript::Section(Section::Routines),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: usual::every_difference_counts,
};

//! Text search configurations.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "text search configuration",
    many: "text_search_configurations",
    keyword: "TEXT SEARCH CONFIGURATION",
    class: "pg_ts_config",
    root_class: "pg_ts_config",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_ts_config WHERE oid >= 16384"),
    attributes: &[
        plain("owner", "pg_ts_config.cfgowner"),
        sql("parser", "pg_ts_config.cfgparser"),
        sql("mapping.", "pg_ts_config_map"),
    ],
    tracked: Tracked::Whole(&[
        Watch::Rows("pg_ts_config WHERE oid >= 16384"),
        Watch::Rows("pg_ts_config_map WHERE mapcfg >= 16384"),
    ]),
    outside: &[Outside::Query(
        "SELECT 'pg_ts_config', x.oid::bigint, x.xmin::text, o.name, NULL, x.cfgname::text \
         FROM pg_catalog.pg_ts_config x JOIN outside o ON o.oid = x.cfgnamespace",
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

//! Foreign servers.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Privileges,
    Renamed, Section, Tracked, Watch,
};
use crate::catalog::write::names::name;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "server",
    many: "servers",
    keyword: "SERVER",
    class: "pg_foreign_server",
    root_class: "pg_foreign_server",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_foreign_server"),
    attributes: &[
        plain("owner", "pg_foreign_server.srvowner"),
        sql("wrapper", "pg_foreign_server.srvfdw"),
        sql("type", "pg_foreign_server.srvtype"),
        plain("version", "pg_foreign_server.srvversion"),
        plain("option.", "pg_foreign_server.srvoptions"),
        plain("grant.", "pg_foreign_server.srvacl"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_foreign_server")]),
    outside: &[Outside::Query(
        "SELECT 'pg_foreign_server', s.oid::bigint, s.xmin::text, NULL, NULL, s.srvname::text FROM pg_catalog.pg_foreign_server s",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| write::create(id, object),
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: Some(Privileges {
        defaults: None,
        on: |_, id, _| format!("FOREIGN SERVER {}", name(id)),
    }),

    in_script: |_, _, _| InScript::Section(Section::Foundations),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

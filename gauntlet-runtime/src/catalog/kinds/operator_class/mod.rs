//! Operator classes.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "operator class",
    many: "operator_classes",
    keyword: "OPERATOR CLASS",
    class: "pg_opclass",
    root_class: "pg_opclass",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_opclass WHERE oid >= 16384"),
    attributes: &[
        plain("owner", "pg_opclass.opcowner"),
        sql("type", "pg_opclass.opcintype"),
        sql("default", "pg_opclass.opcdefault"),
        sql("family", "pg_opclass.opcfamily"),
        sql("storage", "pg_opclass.opckeytype"),
        sql("operators", "pg_amop"),
        sql("functions", "pg_amproc"),
    ],
    tracked: Tracked::Whole(&[
        Watch::Rows("pg_opclass WHERE oid >= 16384"),
        Watch::Rows("pg_amop WHERE oid >= 16384"),
        Watch::Rows("pg_amproc WHERE oid >= 16384"),
    ]),
    outside: &[Outside::Query(
        "SELECT 'pg_opclass', x.oid::bigint, x.xmin::text, o.name, NULL, x.opcname || ' USING ' || a.amname \
         FROM pg_catalog.pg_opclass x JOIN outside o ON o.oid = x.opcnamespace JOIN pg_catalog.pg_am a ON a.oid = x.opcmethod WHERE x.oid >= 16384",
    )],

    name: usual::name_with_method,
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
    mentioned: Mentioned::ByNameOfMethod,
    names_functions: true,
    needs: write::needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

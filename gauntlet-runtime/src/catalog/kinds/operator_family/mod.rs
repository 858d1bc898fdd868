//! Operator families.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::names::by_method;
use crate::catalog::write::usual;
use crate::catalog::write::writer::Alter;
use crate::catalog::{Kind, ObjectId};

pub(super) const KIND: KindSpec = KindSpec {
    one: "operator family",
    many: "operator_families",
    keyword: "OPERATOR FAMILY",
    class: "pg_opfamily",
    root_class: "pg_opfamily",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_opfamily WHERE oid >= 16384"),
    attributes: &[
        plain("owner", "pg_opfamily.opfowner"),
        sql("operators", "pg_amop"),
        sql("functions", "pg_amproc"),
    ],
    tracked: Tracked::Whole(&[
        Watch::Rows("pg_opfamily WHERE oid >= 16384"),
        Watch::Rows("pg_amop WHERE oid >= 16384"),
        Watch::Rows("pg_amproc WHERE oid >= 16384"),
    ]),
    outside: &[Outside::Query(
        "SELECT 'pg_opfamily', x.oid::bigint, x.xmin::text, o.name, NULL, x.opfname || ' USING ' || a.amname \
         FROM pg_catalog.pg_opfamily x JOIN outside o ON o.oid = x.opfnamespace JOIN pg_catalog.pg_am a ON a.oid = x.opfmethod WHERE x.oid >= 16384",
    )],

    name: usual::name_with_method,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| write::create(id, object),
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| match c.attribute {
        "operators" | "functions" => write::alter_members(c),
        _ => Alter::Recreate,
    },
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Routines),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByNameOfMethod,
    names_functions: true,
    needs: |catalog, id, _, needs| {
        usual::need(catalog, ObjectId::new(Kind::AccessMethod, by_method(&id.name).1), needs);
    },

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

//! Collations.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "collation",
    many: "collations",
    keyword: "COLLATION",
    class: "pg_collation",
    root_class: "pg_collation",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_collation WHERE oid >= 16384"),
    attributes: &[
        plain("owner", "pg_collation.collowner"),
        sql("provider", "pg_collation.collprovider"),
        sql("deterministic", "pg_collation.collisdeterministic"),
        sql(
            "locale",
            "pg_collation.colllocale (colliculocale on 15 and 16, collcollate of ICU on 14)",
        ),
        sql("rules", "pg_collation.collicurules"),
        sql("lc_collate", "pg_collation.collcollate"),
        sql("lc_ctype", "pg_collation.collctype"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_collation WHERE oid >= 16384")]),
    outside: &[Outside::Query(
        "SELECT 'pg_collation', c.oid::bigint, c.xmin::text, o.name, NULL, c.collname::text \
         FROM pg_catalog.pg_collation c JOIN outside o ON o.oid = c.collnamespace WHERE c.oid >= 16384",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| vec![write::create(id, object)],
    drop: usual::drop,
    rename: usual::rename,
    alter: usual::recreate,
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Foundations),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: usual::every_difference_counts,
};

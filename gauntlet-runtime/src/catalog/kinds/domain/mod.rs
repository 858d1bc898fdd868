//! Domains.

pub(crate) mod write;

use crate::catalog::Kind;
use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "domain",
    many: "domains",
    keyword: "DOMAIN",
    class: "pg_type",
    root_class: "pg_type",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_type WHERE oid >= 16384 AND typtype = 'd'"),
    attributes: &[
        plain("owner", "pg_type.typowner"),
        sql("type", "format_type(pg_type.typbasetype, typtypmod)"),
        sql("collation", "pg_type.typcollation"),
        plain("not_null", "pg_type.typnotnull"),
        sql("not_null_name", "pg_constraint.conname, contype n (17)"),
        sql("default", "pg_get_expr(pg_type.typdefaultbin)"),
        plain("grant.", "pg_type.typacl"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Type("d")],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |w, id, object, _| vec![write::create(w, id, object)],
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: Some(usual::ON_TYPE),

    in_script: |_, _, _| InScript::Section(Section::Types),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributesAnd(|catalog, id, _| {
        Some(usual::children(catalog, Kind::DomainConstraint, id))
    }),
    same_meaning: usual::every_difference_counts,
};

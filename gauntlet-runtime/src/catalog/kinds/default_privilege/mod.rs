//! Default privileges (`ALTER DEFAULT PRIVILEGES`).

pub(crate) mod write;

use crate::catalog::kinds::attribute::plain;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Privileges,
    Renamed, Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "default privilege",
    many: "default_privileges",
    keyword: "DEFAULT PRIVILEGES",
    class: "pg_default_acl",
    root_class: "pg_default_acl",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_default_acl"),
    attributes: &[plain("grant.", "pg_default_acl.defaclacl")],
    tracked: Tracked::Whole(&[Watch::Rows("pg_default_acl")]),
    outside: &[Outside::Query(
        "SELECT 'pg_default_acl', d.oid::bigint, d.xmin::text, o.name, NULL, \
         CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' \
         WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'objects' END \
         || CASE WHEN d.defaclnamespace = 0 THEN ' in all schemas' ELSE '' END \
         FROM pg_catalog.pg_default_acl d LEFT JOIN outside o ON o.oid = d.defaclnamespace \
         WHERE d.defaclnamespace = 0 OR o.oid IS NOT NULL",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, _, _, _| Vec::new(),
    drop: write::drop,
    rename: usual::rename,
    alter: usual::recreate,
    privileges: Some(Privileges { defaults: None, on: write::granted_on }),

    in_script: |_, _, _| InScript::Section(Section::DefaultPrivileges),
    in_repair: InRepair::CreatedLast,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

//! Default privileges (`ALTER DEFAULT PRIVILEGES`).

pub(crate) mod write;

use crate::catalog::kinds::attribute::plain;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Privileges, Renamed,
    Section, Tracked, Watch,
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
    rare: None,
    attributes: &[plain("grant.", "pg_default_acl.defaclacl")],
    tracked: Tracked::Whole(&[Watch::Rows("pg_default_acl")]),
    outside: &[Outside::Unseen("not looked for yet")],

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

//! Foreign-data wrappers.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Privileges,
    Renamed, Section, Tracked, Watch,
};
use crate::catalog::write::names::name;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "foreign-data wrapper",
    many: "foreign_data_wrappers",
    keyword: "FOREIGN DATA WRAPPER",
    class: "pg_foreign_data_wrapper",
    root_class: "pg_foreign_data_wrapper",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_foreign_data_wrapper"),
    attributes: &[
        plain("owner", "pg_foreign_data_wrapper.fdwowner"),
        sql("handler", "pg_foreign_data_wrapper.fdwhandler"),
        sql("validator", "pg_foreign_data_wrapper.fdwvalidator"),
        plain("option.", "pg_foreign_data_wrapper.fdwoptions"),
        plain("grant.", "pg_foreign_data_wrapper.fdwacl"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_foreign_data_wrapper")]),
    outside: &[Outside::Query(
        "SELECT 'pg_foreign_data_wrapper', f.oid::bigint, f.xmin::text, NULL, NULL, f.fdwname::text \
         FROM pg_catalog.pg_foreign_data_wrapper f",
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
        on: |_, id, _| format!("FOREIGN DATA WRAPPER {}", name(id)),
    }),

    in_script: |_, _, _| InScript::Section(Section::Foundations),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

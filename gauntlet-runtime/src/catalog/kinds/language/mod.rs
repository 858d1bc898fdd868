//! Procedural languages.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Privileges,
    Renamed, Section, Tracked, Watch,
};
use crate::catalog::write::names::name;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "language",
    many: "languages",
    keyword: "LANGUAGE",
    class: "pg_language",
    root_class: "pg_language",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_language WHERE oid >= 16384"),
    attributes: &[
        plain("owner", "pg_language.lanowner"),
        sql("trusted", "pg_language.lanpltrusted"),
        sql("handler", "pg_language.lanplcallfoid"),
        sql("inline", "pg_language.laninline"),
        sql("validator", "pg_language.lanvalidator"),
        plain("grant.", "pg_language.lanacl"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_language")]),
    outside: &[Outside::Query(
        "SELECT 'pg_language', l.oid::bigint, l.xmin::text, NULL, NULL, l.lanname::text FROM pg_catalog.pg_language l",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| vec![write::create(id, object)],
    drop: usual::drop,
    rename: usual::rename,
    alter: usual::recreate,
    privileges: Some(Privileges {
        defaults: None,
        on: |_, id, on| {
            on.public = Some("USAGE");
            format!("LANGUAGE {}", name(id))
        },
    }),

    in_script: |_, _, _| InScript::Section(Section::Foundations),
    in_repair: InRepair::DroppedLast,
    mentioned: Mentioned::ByName,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

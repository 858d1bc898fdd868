//! Enum types.

pub(crate) mod write;

use crate::catalog::kinds::attribute::plain;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked,
};
use crate::catalog::write::names::name;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "enum",
    many: "enums",
    keyword: "TYPE",
    class: "pg_type",
    root_class: "pg_type",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_type WHERE oid >= 16384 AND typtype = 'e'"),
    attributes: &[
        plain("owner", "pg_type.typowner"),
        plain("labels", "pg_enum.enumlabel by enumsortorder"),
        plain("grant.", "pg_type.typacl"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[
        Outside::Type("e"),
        // A label that comes or goes.
        Outside::Query(
            "SELECT 'pg_enum', l.oid::bigint, l.xmin::text, o.name, NULL, t.typname::text \
             FROM pg_catalog.pg_enum l JOIN pg_catalog.pg_type t ON t.oid = l.enumtypid \
             JOIN outside o ON o.oid = t.typnamespace",
        ),
    ],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| vec![write::create(&name(id), object.list("labels"))],
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: Some(usual::ON_TYPE),

    in_script: |_, _, _| InScript::Section(Section::Types),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: usual::every_difference_counts,
};

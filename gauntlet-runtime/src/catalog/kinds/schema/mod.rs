//! Schemas.

pub(crate) mod write;

use crate::catalog::kinds::attribute::plain;
use crate::catalog::kinds::spec::Privileges;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "schema",
    many: "schemas",
    keyword: "SCHEMA",
    class: "pg_namespace",
    root_class: "pg_namespace",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Always,
    attributes: &[plain("owner", "pg_namespace.nspowner"), plain("grant.", "pg_namespace.nspacl")],
    tracked: Tracked::Whole(&[Watch::RowsOfHome(
        r"pg_namespace WHERE nspname = $3 OR nspname !~ '^(gauntlet_.*_[0-9a-f]{32}|pg_(toast_)?temp_[0-9]+)$'",
    )]),
    outside: &[Outside::Query(
        "SELECT 'pg_namespace', n.oid::bigint, n.xmin::text, NULL, NULL, n.nspname::text \
         FROM pg_catalog.pg_namespace n JOIN outside o ON o.oid = n.oid",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, _, _| write::create(id),
    drop: usual::drop,
    rename: usual::rename,
    alter: usual::recreate,
    privileges: Some(Privileges { defaults: Some("schemas"), on: write::granted_on }),

    in_script: |_, _, _| InScript::Section(Section::Schemas),
    in_repair: InRepair::DroppedLast,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

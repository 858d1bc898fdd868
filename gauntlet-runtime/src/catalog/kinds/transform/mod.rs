//! Transforms.

pub(crate) mod write;

use crate::catalog::kinds::attribute::sql;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "transform",
    many: "transforms",
    keyword: "TRANSFORM",
    class: "pg_transform",
    root_class: "pg_transform",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_transform"),
    attributes: &[
        sql("from_sql", "pg_transform.trffromsql"),
        sql("to_sql", "pg_transform.trftosql"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_transform")]),
    // One for a type of a test goes with that type.
    outside: &[Outside::Query(
        "SELECT 'pg_transform', f.oid::bigint, f.xmin::text, NULL, NULL, \
         'FOR ' || pg_catalog.format_type(f.trftype, NULL) || ' LANGUAGE ' || pg_catalog.quote_ident(l.lanname) \
         FROM pg_catalog.pg_transform f JOIN pg_catalog.pg_language l ON l.oid = f.trflang WHERE f.oid >= 16384 \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
         WHERE t.oid = f.trftype AND n.nspname ~ '^gauntlet_.+_[0-9a-f]{32}$')",
    )],

    name: write::name_of,
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
    mentioned: Mentioned::NameMentionsTypes,
    names_functions: true,
    needs: write::needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

//! Casts.

pub(crate) mod write;

use crate::catalog::kinds::attribute::sql;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "cast",
    many: "casts",
    keyword: "CAST",
    class: "pg_cast",
    root_class: "pg_cast",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_cast WHERE oid >= 16384"),
    attributes: &[
        sql("context", "pg_cast.castcontext"),
        sql("function", "pg_cast.castfunc"),
        sql("method", "pg_cast.castmethod"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_cast WHERE oid >= 16384")]),
    // One with a type of a test goes with that type. A range type comes with a cast to its multirange.
    outside: &[Outside::Query(
        "SELECT 'pg_cast', c.oid::bigint, c.xmin::text, NULL, NULL, \
         '(' || pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL) || ')' \
         FROM pg_catalog.pg_cast c WHERE c.oid >= 16384 \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_range r WHERE r.rngtypid = c.castsource AND r.rngmultitypid = c.casttarget) \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
         WHERE t.oid IN (c.castsource, c.casttarget) AND n.nspname ~ '^gauntlet_.+_[0-9a-f]{32}$')",
    )],

    name: |id| id.name.clone(),
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
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

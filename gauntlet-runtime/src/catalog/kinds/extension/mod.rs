//! Extensions.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Renamed, Section,
    Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "extension",
    many: "extensions",
    keyword: "EXTENSION",
    class: "pg_extension",
    root_class: "pg_extension",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    rare: None,
    attributes: &[
        plain("version", "pg_extension.extversion"),
        sql("schema", "pg_extension.extnamespace"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_extension")]),
    outside: &[Outside::Query(
        "SELECT 'pg_extension', e.oid::bigint, e.xmin::text, NULL, NULL, e.extname::text FROM pg_catalog.pg_extension e",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |w, id, object, _| write::create(w, id, object),
    drop: usual::drop,
    rename: usual::rename,
    alter: write::alter,
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Extensions),
    in_repair: InRepair::DroppedLast,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    // A version follows from the server and cannot go back, mostly.
    same_meaning: |attribute, _, expected, actual| {
        attribute == "version" && expected.is_some() && actual.is_some()
    },
};

//! Extensions.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
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
    presence: Presence::Always,
    attributes: &[
        plain("version", "pg_extension.extversion"),
        sql("schema", "pg_extension.extnamespace"),
        plain("member_grant.", "pg_init_privs.initprivs, and the privileges of the member"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_extension")]),
    // Also its functions that have privileges of their own, which are members.
    outside: &[Outside::Query(
        "SELECT 'pg_extension', e.oid::bigint, e.xmin::text, NULL, NULL, e.extname::text FROM pg_catalog.pg_extension e \
         UNION ALL \
         SELECT 'pg_init_privs', p.oid::bigint, p.xmin::text, NULL, NULL, e.extname::text FROM pg_catalog.pg_extension e \
         JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid \
         AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'e' \
         JOIN pg_catalog.pg_proc p ON p.oid = d.objid WHERE e.oid >= 16384 AND p.proacl IS NOT NULL",
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

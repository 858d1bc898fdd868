//! Functions, window functions among them.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Privileges,
    Renamed, Section, Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "function",
    many: "functions",
    keyword: "FUNCTION",
    class: "pg_proc",
    root_class: "pg_proc",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Routines,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_proc WHERE oid >= 16384 AND prokind IN ('f', 'w')"),
    attributes: &[
        plain("owner", "pg_proc.proowner"),
        sql("language", "pg_proc.prolang"),
        sql("arguments", "pg_get_function_arguments"),
        sql("returns", "pg_get_function_result"),
        sql("window", "pg_proc.prokind"),
        plain("volatility", "pg_proc.provolatile"),
        plain("parallel", "pg_proc.proparallel"),
        sql("strict", "pg_proc.proisstrict"),
        sql("security_definer", "pg_proc.prosecdef"),
        sql("leakproof", "pg_proc.proleakproof"),
        sql("cost", "pg_proc.procost"),
        sql("rows", "pg_proc.prorows"),
        sql("support", "pg_proc.prosupport"),
        sql("transforms", "pg_proc.protrftypes"),
        plain("set.", "pg_proc.proconfig"),
        plain("body", "pg_proc.prosrc"),
        sql("sql_body", "pg_get_function_sqlbody"),
        plain("binary", "pg_proc.probin"),
        plain("grant.", "pg_proc.proacl"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Routine("fw")],

    name: usual::name_of_routine,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| vec![write::statement(id, object, "CREATE")],
    drop: usual::drop,
    rename: usual::rename_routine,
    alter: |_, c| write::alter(c),
    privileges: Some(Privileges {
        defaults: Some("functions"),
        on: |_, id, on| {
            on.public = Some("EXECUTE");
            format!("FUNCTION {}", usual::name_of_routine(id))
        },
    }),

    in_script: |_, _, _| InScript::Section(Section::Routines),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::BySignature,
    names_functions: false,
    needs: write::needs,

    renamed: Renamed::SameAttributesAnd(usual::same_arguments),
    same_meaning: write::same_meaning,
};

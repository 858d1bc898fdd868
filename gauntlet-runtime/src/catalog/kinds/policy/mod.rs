//! Row security policies.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "policy",
    many: "policies",
    keyword: "POLICY",
    class: "pg_policy",
    root_class: "pg_class",
    hangs_on: HangsOn::Relation,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_policy"),
    attributes: &[
        sql("command", "pg_policy.polcmd"),
        sql("restrictive", "pg_policy.polpermissive"),
        plain("roles", "pg_policy.polroles"),
        sql("using", "pg_get_expr(pg_policy.polqual)"),
        sql("check", "pg_get_expr(pg_policy.polwithcheck)"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Query(
        "SELECT 'pg_policy', p.oid::bigint, p.xmin::text, t.schema, t.name, p.polname::text \
         FROM pg_catalog.pg_policy p JOIN relations t ON t.oid = p.polrelid",
    )],

    name: usual::name,
    target: usual::target_on_parent,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| vec![write::create(id, object)],
    drop: usual::drop,
    rename: usual::rename_on_parent,
    alter: |_, c| write::alter(c),
    privileges: None,

    in_script: |_, _, _| InScript::OnRelation(5),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: usual::every_difference_counts,
};

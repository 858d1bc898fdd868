//! Rewrite rules.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "rule",
    many: "rules",
    keyword: "RULE",
    class: "pg_rewrite",
    root_class: "pg_class",
    hangs_on: HangsOn::Relation,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'"),
    attributes: &[sql("definition", "pg_get_ruledef"), plain("enabled", "pg_rewrite.ev_enabled")],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Query(
        "SELECT 'pg_rewrite', r.oid::bigint, r.xmin::text, t.schema, t.name, r.rulename::text \
         FROM pg_catalog.pg_rewrite r JOIN relations t ON t.oid = r.ev_class WHERE r.rulename <> '_RETURN'",
    )],

    name: usual::name,
    target: usual::target_on_parent,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |w, id, object, _| write::create(w, id, object),
    drop: usual::drop,
    rename: usual::rename_on_parent,
    alter: write::alter,
    privileges: None,

    in_script: |_, _, _| InScript::OnRelation(5),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: usual::every_difference_counts,
};

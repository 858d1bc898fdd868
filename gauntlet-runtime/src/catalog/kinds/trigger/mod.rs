//! Triggers.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "trigger",
    many: "triggers",
    keyword: "TRIGGER",
    class: "pg_trigger",
    root_class: "pg_class",
    hangs_on: HangsOn::Relation,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_trigger"),
    attributes: &[
        sql("definition", "pg_get_triggerdef"),
        sql("constraint", "pg_get_triggerdef"),
        plain("enabled", "pg_trigger.tgenabled"),
        sql("inherited", "pg_trigger.tgparentid"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Query(
        "SELECT 'pg_trigger', g.oid::bigint, g.xmin::text, t.schema, t.name, g.tgname::text \
         FROM pg_catalog.pg_trigger g JOIN relations t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal",
    )],

    name: usual::name,
    target: usual::target_on_parent,
    created_with: write::created_with,
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

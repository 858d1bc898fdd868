//! Constraints of tables, with the indexes that back them.

pub(crate) mod write;

use crate::catalog::Value;
use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "constraint",
    many: "constraints",
    keyword: "CONSTRAINT",
    class: "pg_constraint",
    root_class: "pg_class",
    hangs_on: HangsOn::Relation,
    columns: None,
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Always,
    attributes: &[
        plain("type", "pg_constraint.contype"),
        sql("definition", "pg_get_constraintdef, without what has an attribute of its own"),
        sql("deferrable", "pg_constraint.condeferrable"),
        sql("initially_deferred", "pg_constraint.condeferred"),
        sql("not_enforced", "pg_constraint.conenforced (18)"),
        sql("not_valid", "pg_constraint.convalidated"),
        sql("no_inherit", "pg_constraint.connoinherit"),
        sql("inherited", "pg_constraint.coninhcount, conislocal"),
        plain("option.", "pg_class.reloptions of the index"),
        sql("tablespace", "pg_class.reltablespace of the index"),
        sql("clustered", "pg_index.indisclustered"),
        sql("replica_identity", "pg_index.indisreplident"),
        sql("invalid", "pg_index.indisvalid"),
        sql("attached_to", "pg_inherits.inhparent of the index"),
        plain("index_comment", "pg_description of the index"),
        sql("index_security_label.", "pg_seclabel of the index"),
        sql("index_depends_on_extension.", "pg_depend, deptype x, of the index"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Query(
        "SELECT 'pg_constraint', k.oid::bigint, k.xmin::text, t.schema, t.name, k.conname::text \
         FROM pg_catalog.pg_constraint k JOIN relations t ON t.oid = k.conrelid",
    )],

    name: usual::name,
    target: usual::target_on_parent,
    created_with: write::created_with,
    begins_as_shell: |_| false,
    create: |w, id, object, _| write::create(w, id, object),
    drop: write::drop,
    rename: write::rename,
    alter: write::alter,
    privileges: None,

    in_script: |_, _, object| match object.text("type") {
        Some("foreign key") => InScript::WithParent(Section::ForeignKeys, 0),
        _ => InScript::OnRelation(3),
    },
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: write::needs,

    renamed: Renamed::SameAttributes,
    same_meaning: |attribute, _, expected, actual| {
        // What left its parent and came back stays local.
        attribute == "inherited"
            && expected.and_then(Value::as_text) == Some("yes")
            && actual.is_some()
    },
};

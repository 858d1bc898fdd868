//! Indexes that do not back a constraint.

pub(crate) mod write;

use crate::catalog::Value;
use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Tracked,
};
use crate::catalog::text::equivalence::same_as_printed;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "index",
    many: "indexes",
    keyword: "INDEX",
    class: "pg_class",
    root_class: "pg_class",
    hangs_on: HangsOn::Relation,
    columns: None,
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Always,
    attributes: &[
        plain("method", "pg_get_indexdef"),
        sql(
            "keys",
            "pg_get_indexdef: columns or expressions with collation, operator class and order",
        ),
        sql("include", "pg_get_indexdef"),
        sql("predicate", "pg_get_indexdef"),
        sql("definition", "pg_get_indexdef, when it has a form that is not known"),
        sql("unique", "pg_index.indisunique"),
        sql("nulls_not_distinct", "pg_index.indnullsnotdistinct (15)"),
        sql("invalid", "pg_index.indisvalid"),
        sql("clustered", "pg_index.indisclustered"),
        sql("replica_identity", "pg_index.indisreplident"),
        plain("option.", "pg_class.reloptions"),
        sql("tablespace", "pg_class.reltablespace"),
        sql("attached_to", "pg_inherits.inhparent"),
        plain("statistics.", "pg_attribute.attstattarget of the index"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Query(
        "SELECT 'pg_class', c.oid::bigint, c.xmin::text, c.schema, t.name, c.name \
         FROM pg_catalog.pg_index i JOIN relations c ON c.oid = i.indexrelid JOIN relations t ON t.oid = i.indrelid",
    )],

    name: usual::name,
    target: usual::target,
    created_with: write::created_with,
    begins_as_shell: |_| false,
    create: |w, id, object, _| write::create(w, id, object),
    drop: usual::drop,
    rename: usual::rename,
    alter: write::alter,
    privileges: None,

    in_script: |_, _, _| InScript::OnRelation(4),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: write::needs,

    renamed: Renamed::SameAttributes,
    same_meaning: |_, _, expected, actual| {
        let (Some(Value::List(expected)), Some(Value::List(actual))) = (expected, actual) else {
            return false;
        };
        expected.len() == actual.len()
            && expected.iter().zip(actual).all(|(a, b)| same_as_printed(a, b))
    },
};

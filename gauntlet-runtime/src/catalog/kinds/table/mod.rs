//! Tables, partitioned or not, and partitions.

pub(crate) mod write;

use crate::catalog::Kind;
use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "table",
    many: "tables",
    keyword: "TABLE",
    class: "pg_class",
    root_class: "pg_class",
    hangs_on: HangsOn::Nothing,
    columns: Some(Kind::Column),
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Always,
    attributes: &[
        plain("owner", "pg_class.relowner"),
        plain("unlogged", "pg_class.relpersistence"),
        plain("option.", "pg_class.reloptions, of the TOAST table as option.toast."),
        sql("access_method", "pg_class.relam"),
        sql("tablespace", "pg_class.reltablespace"),
        sql("replica_identity", "pg_class.relreplident"),
        sql("row_security", "pg_class.relrowsecurity"),
        sql("force_row_security", "pg_class.relforcerowsecurity"),
        plain(
            "constraint_triggers",
            "pg_trigger.tgenabled of the triggers of foreign keys and deferrable keys",
        ),
        sql("of_type", "pg_class.reloftype"),
        sql("partition_key", "pg_get_partkeydef"),
        sql("partition_of", "pg_inherits.inhparent"),
        sql("partition_bound", "pg_get_expr(pg_class.relpartbound)"),
        sql("inherits", "pg_inherits.inhparent by inhseqno"),
        sql("column_order", "pg_attribute.attnum"),
        plain("grant.", "pg_class.relacl"),
    ],
    // Of the triggers of foreign keys none is a row that makes a table be read again.
    tracked: Tracked::ByRoot(&[Watch::Rows("pg_trigger WHERE tgisinternal AND tgenabled = 'D'")]),
    outside: &[Outside::Relation("rp")],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: write::create,
    drop: write::drop,
    rename: usual::rename,
    alter: write::alter,
    privileges: Some(usual::ON_TABLE),

    in_script: |_, id, _| InScript::WithTable(id.clone(), Some(2)),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributesAnd(usual::same_columns),
    // PostgreSQL puts a parent that came back behind the others.
    same_meaning: |attribute, _, expected, actual| {
        attribute == "inherits" && usual::same_members(expected, actual)
    },
};

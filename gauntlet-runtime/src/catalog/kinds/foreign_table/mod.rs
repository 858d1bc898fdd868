//! Foreign tables.

use crate::catalog::Kind;
use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Tracked, Watch,
};
use crate::catalog::kinds::table::write;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "foreign table",
    many: "foreign_tables",
    keyword: "FOREIGN TABLE",
    class: "pg_class",
    root_class: "pg_class",
    hangs_on: HangsOn::Nothing,
    columns: Some(Kind::Column),
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_foreign_table"),
    attributes: &[
        plain("owner", "pg_class.relowner"),
        sql("server", "pg_foreign_table.ftserver"),
        plain("option.", "pg_foreign_table.ftoptions"),
        sql("partition_of", "pg_inherits.inhparent"),
        sql("partition_bound", "pg_get_expr(pg_class.relpartbound)"),
        sql("inherits", "pg_inherits.inhparent by inhseqno"),
        sql("column_order", "pg_attribute.attnum"),
        plain("grant.", "pg_class.relacl"),
    ],
    tracked: Tracked::ByRoot(&[Watch::Rows("pg_foreign_table")]),
    outside: &[Outside::Relation("f")],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: write::create,
    drop: usual::drop,
    rename: usual::rename,
    alter: write::alter,
    privileges: Some(usual::ON_TABLE),

    in_script: |_, id, _| InScript::WithTable(id.clone(), Some(2)),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributesAnd(usual::same_columns),
    same_meaning: |attribute, _, expected, actual| {
        attribute == "inherits" && usual::same_members(expected, actual)
    },
};

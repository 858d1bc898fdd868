//! Columns of tables, foreign tables and composite types.

pub(crate) mod alter;
pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{HangsOn, KindSpec, NameSpace, Outside, Presence, Tracked};
use crate::catalog::kinds::spec::{InRepair, InScript, Mentioned, Renamed};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "column",
    many: "columns",
    keyword: "COLUMN",
    class: "pg_class",
    root_class: "pg_class",
    hangs_on: HangsOn::Relation,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Always,
    attributes: &[
        sql("type", "format_type(pg_attribute.atttypid, atttypmod)"),
        sql("collation", "pg_attribute.attcollation"),
        plain("not_null", "pg_attribute.attnotnull"),
        sql("not_null_name", "pg_constraint.conname, contype n (18)"),
        plain("not_null_comment", "pg_description of that constraint (18)"),
        sql("not_null_no_inherit", "pg_constraint.connoinherit (18)"),
        sql("not_null_not_valid", "pg_constraint.convalidated (18)"),
        sql("default", "pg_get_expr(pg_attrdef.adbin)"),
        sql("generated_stored", "pg_get_expr(pg_attrdef.adbin)"),
        sql("generated_virtual", "pg_get_expr(pg_attrdef.adbin) (18)"),
        plain("identity", "pg_attribute.attidentity"),
        plain("identity_sequence", "pg_class.relname, where not the invented name"),
        plain("identity_start", "pg_sequence.seqstart"),
        plain("identity_increment", "pg_sequence.seqincrement"),
        plain("identity_minimum", "pg_sequence.seqmin"),
        plain("identity_maximum", "pg_sequence.seqmax"),
        plain("identity_cache", "pg_sequence.seqcache"),
        plain("identity_cycle", "pg_sequence.seqcycle"),
        plain("identity_persistence", "pg_class.relpersistence, where not the table's"),
        plain("identity_grant.", "pg_class.relacl of the sequence"),
        plain("identity_comment", "pg_description of the sequence"),
        plain("identity_security_label.", "pg_seclabel of the sequence"),
        sql("storage", "pg_attribute.attstorage, where not the type's"),
        sql("compression", "pg_attribute.attcompression"),
        plain("statistics", "pg_attribute.attstattarget"),
        plain("option.", "pg_attribute.attoptions"),
        plain("fdw_option.", "pg_attribute.attfdwoptions"),
        sql("inherited", "pg_attribute.attinhcount, attislocal"),
        plain("grant.", "pg_attribute.attacl"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Query(
        "SELECT 'pg_attribute', (a.attrelid::bigint * 2048 + a.attnum), a.xmin::text, t.schema, t.name, a.attname::text \
         FROM pg_catalog.pg_attribute a JOIN relations t ON t.oid = a.attrelid \
         WHERE a.attnum > 0 AND NOT a.attisdropped AND t.relkind IN ('r', 'p', 'f', 'c')",
    )],

    name: usual::name,
    target: usual::target_in_parent,
    created_with: usual::created_with_relation,
    begins_as_shell: |_| false,
    create: |w, id, object, _| write::create(w, id, object),
    drop: write::drop_with_warning,
    rename: write::rename,
    alter: alter::alter,
    privileges: Some(usual::ON_COLUMN),

    in_script: |_, _, _| InScript::OnRelation(5),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: write::needs,

    renamed: Renamed::SameAttributesAnd(|_, _, object| {
        Some(vec![object.fact("position").unwrap_or_default().to_owned()])
    }),
    same_meaning: write::same_meaning,
};

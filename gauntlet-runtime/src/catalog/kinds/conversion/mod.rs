//! Conversions.

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::names::name;
use crate::catalog::write::usual;
use crate::names::quote_literal;

pub(super) const KIND: KindSpec = KindSpec {
    one: "conversion",
    many: "conversions",
    keyword: "CONVERSION",
    class: "pg_conversion",
    root_class: "pg_conversion",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_conversion WHERE oid >= 16384"),
    attributes: &[
        plain("owner", "pg_conversion.conowner"),
        sql("from", "pg_conversion.conforencoding"),
        sql("to", "pg_conversion.contoencoding"),
        sql("function", "pg_conversion.conproc"),
        sql("default", "pg_conversion.condefault"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_conversion WHERE oid >= 16384")]),
    outside: &[Outside::Query(
        "SELECT 'pg_conversion', x.oid::bigint, x.xmin::text, o.name, NULL, x.conname::text \
         FROM pg_catalog.pg_conversion x JOIN outside o ON o.oid = x.connamespace WHERE x.oid >= 16384",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| {
        let text = |attribute: &str| object.text(attribute).unwrap_or_default();
        let default = if object.has("default") { "DEFAULT " } else { "" };
        let (from, to) = (quote_literal(text("from")), quote_literal(text("to")));
        let (own, function) = (name(id), text("function"));
        vec![format!("CREATE {default}CONVERSION {own} FOR {from} TO {to} FROM {function}")]
    },
    drop: usual::drop,
    rename: usual::rename,
    alter: usual::recreate,
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Routines),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

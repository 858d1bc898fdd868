//! Operators.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::names::{name, operator, signature};
use crate::catalog::write::usual;
use crate::catalog::write::writer::Alter;

pub(super) const KIND: KindSpec = KindSpec {
    one: "operator",
    many: "operators",
    keyword: "OPERATOR",
    class: "pg_operator",
    root_class: "pg_operator",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_operator WHERE oid >= 16384"),
    attributes: &[
        plain("owner", "pg_operator.oprowner"),
        sql("shell", "pg_operator.oprcode"),
        sql("function", "pg_operator.oprcode"),
        sql("commutator", "pg_operator.oprcom"),
        sql("negator", "pg_operator.oprnegate"),
        sql("restrict", "pg_operator.oprrest"),
        sql("join", "pg_operator.oprjoin"),
        sql("hashes", "pg_operator.oprcanhash"),
        sql("merges", "pg_operator.oprcanmerge"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_operator WHERE oid >= 16384")]),
    outside: &[Outside::Query(
        "SELECT 'pg_operator', p.oid::bigint, p.xmin::text, o.name, NULL, p.oprname::text \
         FROM pg_catalog.pg_operator p JOIN outside o ON o.oid = p.oprnamespace WHERE p.oid >= 16384",
    )],

    name: |id| {
        let (symbol, operands) = signature(&id.name);
        format!("{}({operands})", operator(id.schema.as_deref(), symbol))
    },
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| {
        // What only another operator mentions comes with that one.
        if object.has("shell") { Vec::new() } else { vec![write::create(id, object)] }
    },
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| match c.attribute {
        "restrict" | "join" => Alter::one(format!(
            "ALTER OPERATOR {} SET ({} = {})",
            name(c.id),
            c.attribute.to_uppercase(),
            c.wanted().unwrap_or("NONE")
        )),
        _ => Alter::Recreate,
    },
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Routines),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::BySymbol,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

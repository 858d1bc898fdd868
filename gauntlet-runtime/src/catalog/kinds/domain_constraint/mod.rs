//! CHECK constraints of domains.

pub(crate) mod write;

use crate::catalog::kinds::attribute::sql;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked,
};
use crate::catalog::write::names::parent;
use crate::catalog::write::usual;
use crate::names::quote_if_needed;

pub(super) const KIND: KindSpec = KindSpec {
    one: "domain constraint",
    many: "domain_constraints",
    keyword: "CONSTRAINT",
    class: "pg_constraint",
    root_class: "pg_type",
    hangs_on: HangsOn::Domain,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_constraint WHERE oid >= 16384 AND contypid <> 0"),
    attributes: &[
        sql("definition", "pg_get_constraintdef"),
        sql("not_valid", "pg_constraint.convalidated"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Unseen("a new row of pg_constraint does not tell that of its domain")],

    name: usual::name,
    target: |id| format!("CONSTRAINT {} ON DOMAIN {}", quote_if_needed(&id.name), parent(id)),
    created_with: write::created_with,
    begins_as_shell: |_| false,
    create: |_, id, object, _| write::create(id, object),
    drop: write::drop,
    rename: write::rename,
    alter: |_, c| write::alter(c),
    privileges: None,

    in_script: |_, _, _| InScript::WithParent(Section::Foundations, 2),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: usual::every_difference_counts,
};

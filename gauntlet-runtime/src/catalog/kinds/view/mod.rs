//! Views.

pub(crate) mod write;

use crate::catalog::Kind;
use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "view",
    many: "views",
    keyword: "VIEW",
    class: "pg_class",
    root_class: "pg_class",
    hangs_on: HangsOn::Nothing,
    columns: Some(Kind::ViewColumn),
    name_space: NameSpace::Relations,

    query: include_str!("query.sql"),
    presence: Presence::Often("pg_class WHERE oid >= 16384 AND relkind = 'v'"),
    attributes: &[
        plain("owner", "pg_class.relowner"),
        sql("definition", "pg_get_viewdef"),
        plain("option.", "pg_class.reloptions"),
        plain("grant.", "pg_class.relacl"),
    ],
    tracked: Tracked::ByRoot(&[]),
    outside: &[Outside::Relation("v")],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |w, id, object, _| write::create(w, id, object),
    drop: usual::drop,
    rename: usual::rename,
    alter: write::alter,
    privileges: Some(usual::ON_TABLE),

    in_script: |_, _, _| InScript::Section(Section::Views),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::ByName,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: write::same_meaning,
};

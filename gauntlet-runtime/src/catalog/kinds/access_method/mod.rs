//! Access methods.

use crate::catalog::kinds::attribute::sql;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::names::name;
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "access method",
    many: "access_methods",
    keyword: "ACCESS METHOD",
    class: "pg_am",
    root_class: "pg_am",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_am WHERE oid >= 16384"),
    attributes: &[sql("type", "pg_am.amtype"), sql("handler", "pg_am.amhandler")],
    tracked: Tracked::Whole(&[Watch::Rows("pg_am")]),
    outside: &[Outside::Query(
        "SELECT 'pg_am', a.oid::bigint, a.xmin::text, NULL, NULL, a.amname::text \
         FROM pg_catalog.pg_am a WHERE a.oid >= 16384",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| {
        let text = |attribute: &str| object.text(attribute).unwrap_or_default();
        vec![format!(
            "CREATE ACCESS METHOD {} TYPE {} HANDLER {}",
            name(id),
            text("type").to_uppercase(),
            text("handler")
        )]
    },
    drop: usual::drop,
    rename: usual::rename,
    alter: usual::recreate,
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Foundations),
    in_repair: InRepair::DroppedLast,
    mentioned: Mentioned::ByName,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

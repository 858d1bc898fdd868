//! Event triggers.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "event trigger",
    many: "event_triggers",
    keyword: "EVENT TRIGGER",
    class: "pg_event_trigger",
    root_class: "pg_event_trigger",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_event_trigger"),
    attributes: &[
        plain("owner", "pg_event_trigger.evtowner"),
        plain("event", "pg_event_trigger.evtevent"),
        plain("tags", "pg_event_trigger.evttags"),
        sql("function", "pg_event_trigger.evtfoid"),
        plain("enabled", "pg_event_trigger.evtenabled"),
    ],
    tracked: Tracked::Whole(&[Watch::Rows("pg_event_trigger")]),
    outside: &[Outside::Query(
        "SELECT 'pg_event_trigger', t.oid::bigint, t.xmin::text, NULL, NULL, t.evtname::text FROM pg_catalog.pg_event_trigger t",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| write::create(id, object),
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::EventTriggers),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: usual::every_difference_counts,
};

//! Subscriptions.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::Outside;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Presence, Renamed, Section,
    Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "subscription",
    many: "subscriptions",
    keyword: "SUBSCRIPTION",
    class: "pg_subscription",
    root_class: "pg_subscription",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare(
        "pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
    ),
    attributes: &[
        plain("owner", "pg_subscription.subowner"),
        plain("connection", "pg_subscription.subconninfo"),
        plain("publications", "pg_subscription.subpublications"),
        plain("enabled", "pg_subscription.subenabled"),
        plain("binary", "pg_subscription.subbinary"),
        sql("streaming", "pg_subscription.substream"),
        sql("two_phase", "pg_subscription.subtwophasestate (15)"),
        sql("disable_on_error", "pg_subscription.subdisableonerr (15)"),
        sql("password_required", "pg_subscription.subpasswordrequired (16)"),
        sql("run_as_owner", "pg_subscription.subrunasowner (16)"),
        sql("origin", "pg_subscription.suborigin (16)"),
        sql("failover", "pg_subscription.subfailover (17)"),
        sql("slot", "pg_subscription.subslotname"),
        sql("synchronous_commit", "pg_subscription.subsynccommit"),
    ],
    tracked: Tracked::Whole(&[Watch::RowsOrSum(
        "pg_subscription",
        "(SELECT coalesce(sum(hashtextextended(concat_ws(' ', subdbid, subname, subowner, subenabled, subbinary, substream, \
         subslotname, subsynccommit, subpublications), 0)), 0) FROM pg_subscription)",
    )]),
    outside: &[Outside::Unseen("only superusers can read when a row was written")],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| write::create(id, object),
    drop: |_, id, object, _| write::drop(id, object),
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Replication),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

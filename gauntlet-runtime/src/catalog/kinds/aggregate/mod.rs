//! Aggregates.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Privileges,
    Renamed, Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "aggregate",
    many: "aggregates",
    keyword: "AGGREGATE",
    class: "pg_proc",
    root_class: "pg_proc",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Routines,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_aggregate WHERE aggfnoid >= 16384::oid"),
    attributes: &[
        plain("owner", "pg_proc.proowner"),
        sql("arguments", "pg_get_function_arguments"),
        sql("kind", "pg_aggregate.aggkind"),
        sql("direct_arguments", "pg_aggregate.aggnumdirectargs"),
        sql("state_function", "pg_aggregate.aggtransfn"),
        sql("state_type", "pg_aggregate.aggtranstype"),
        sql("state_space", "pg_aggregate.aggtransspace"),
        plain("initial", "pg_aggregate.agginitval"),
        sql("final_function", "pg_aggregate.aggfinalfn"),
        sql("final_extra", "pg_aggregate.aggfinalextra"),
        sql("final_modify", "pg_aggregate.aggfinalmodify"),
        sql("combine_function", "pg_aggregate.aggcombinefn"),
        sql("serial_function", "pg_aggregate.aggserialfn"),
        sql("deserial_function", "pg_aggregate.aggdeserialfn"),
        sql("moving_state_function", "pg_aggregate.aggmtransfn"),
        sql("moving_inverse_function", "pg_aggregate.aggminvtransfn"),
        sql("moving_state_type", "pg_aggregate.aggmtranstype"),
        sql("moving_state_space", "pg_aggregate.aggmtransspace"),
        plain("moving_initial", "pg_aggregate.aggminitval"),
        sql("moving_final_function", "pg_aggregate.aggmfinalfn"),
        sql("moving_final_extra", "pg_aggregate.aggmfinalextra"),
        sql("moving_final_modify", "pg_aggregate.aggmfinalmodify"),
        sql("sort_operator", "pg_aggregate.aggsortop"),
        plain("parallel", "pg_proc.proparallel"),
        plain("grant.", "pg_proc.proacl"),
    ],
    tracked: Tracked::ByRoot(&[Watch::Rows("pg_aggregate WHERE aggfnoid >= 16384::oid")]),
    outside: &[Outside::Routine("a")],

    name: write::name_of,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| vec![write::statement(id, object, "CREATE")],
    drop: usual::drop,
    rename: usual::rename_routine,
    alter: |_, c| write::alter(c),
    privileges: Some(Privileges {
        defaults: Some("functions"),
        on: |_, id, on| {
            on.public = Some("EXECUTE");
            format!("FUNCTION {}", usual::name_of_routine(id))
        },
    }),

    in_script: |_, _, _| InScript::Section(Section::Routines),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::BySignature,
    names_functions: true,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributesAnd(usual::same_arguments),
    same_meaning: usual::every_difference_counts,
};

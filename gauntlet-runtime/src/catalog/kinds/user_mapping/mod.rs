//! User mappings.

use crate::catalog::kinds::attribute::plain;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::names::{parent, target};
use crate::catalog::write::options::{alter_foreign, foreign_options};
use crate::catalog::write::usual;
use crate::catalog::write::writer::Alter;
use crate::names::quote_if_needed;

pub(super) const KIND: KindSpec = KindSpec {
    one: "user mapping",
    many: "user_mappings",
    keyword: "USER MAPPING",
    class: "pg_user_mapping",
    root_class: "pg_user_mapping",
    hangs_on: HangsOn::Server,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_foreign_server"),
    attributes: &[plain("option.", "pg_user_mappings.umoptions")],
    tracked: Tracked::Whole(&[Watch::Sum(
        "pg_user_mapping",
        "(SELECT count(*) || ' ' || sum(hashtextextended(concat_ws(' ', umid, umuser, srvname, usename, umoptions), 0)) FROM pg_user_mappings)",
    )]),
    outside: &[Outside::Unseen("it goes with its server")],

    name: usual::name,
    target: |id| {
        let user = match id.name.as_str() {
            "public" => "PUBLIC".to_owned(),
            name => quote_if_needed(name),
        };
        format!("USER MAPPING FOR {user} SERVER {}", parent(id))
    },
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, id, object, _| {
        vec![format!("CREATE {}{}", target(id), foreign_options(object, "option."))]
    },
    drop: usual::drop,
    rename: usual::rename,
    alter: |_, c| alter_foreign(&format!("ALTER {}", target(c.id)), c).unwrap_or(Alter::Recreate),
    privileges: None,

    in_script: |_, _, _| InScript::WithParent(Section::Foundations, 1),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

//! The database itself: its settings, privileges, comment and owner. There is one in each catalog of a whole database.

pub(crate) mod write;

use crate::catalog::kinds::attribute::plain;
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Privileges,
    Renamed, Section, Tracked, Watch,
};
use crate::catalog::write::usual;
use crate::catalog::write::writer::DATABASE;

pub(super) const KIND: KindSpec = KindSpec {
    one: "database",
    many: "databases",
    keyword: "DATABASE",
    class: "pg_database",
    root_class: "pg_database",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Always,
    attributes: &[
        plain("owner", "pg_database.datdba"),
        plain("connection_limit", "pg_database.datconnlimit"),
        plain("template", "pg_database.datistemplate"),
        plain("set.", "pg_db_role_setting.setconfig"),
        plain("grant.", "pg_database.datacl"),
    ],
    // Shared by all databases of the server: others are made and dropped all the time.
    tracked: Tracked::Whole(&[
        Watch::RowsOfDatabase("pg_database WHERE datname = current_database()"),
        Watch::Rows(
            "pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())",
        ),
        Watch::Rows(
            "pg_shdescription WHERE objoid = (SELECT oid FROM pg_database WHERE datname = current_database()) \
             AND classoid = 'pg_database'::regclass",
        ),
        Watch::Rows(
            "pg_shseclabel WHERE objoid = (SELECT oid FROM pg_database WHERE datname = current_database()) \
             AND classoid = 'pg_database'::regclass",
        ),
    ]),
    outside: &[Outside::Query(
        "SELECT 'pg_database', d.oid::bigint, d.xmin::text, NULL, NULL, '(this)' \
         FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database() \
         UNION ALL \
         SELECT 'pg_db_role_setting', s.setrole::bigint, s.xmin::text, NULL, r.rolname::text, '(this)' \
         FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase \
         LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole \
         WHERE d.datname = pg_catalog.current_database() \
         UNION ALL \
         SELECT 'pg_shdescription', c.objoid::bigint, c.xmin::text, NULL, NULL, '(this)' \
         FROM pg_catalog.pg_shdescription c JOIN pg_catalog.pg_database d ON d.oid = c.objoid \
         WHERE d.datname = pg_catalog.current_database() AND c.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass",
    )],

    name: |_| DATABASE.to_string(),
    target: |_| format!("DATABASE {DATABASE}"),
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |_, _, object, _| write::create(object),
    drop: |_, _, _, _| Vec::new(),
    rename: usual::rename,
    alter: |_, c| write::alter(c),
    privileges: Some(Privileges {
        defaults: None,
        on: |_, _, on| {
            on.public = Some("CONNECT, TEMPORARY");
            format!("DATABASE {DATABASE}")
        },
    }),

    in_script: |_, _, _| InScript::Section(Section::Database),
    in_repair: InRepair::CreatedLast,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::Never,
    same_meaning: usual::every_difference_counts,
};

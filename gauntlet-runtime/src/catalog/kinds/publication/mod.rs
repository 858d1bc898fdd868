//! Publications.

pub(crate) mod write;

use crate::catalog::kinds::attribute::{plain, sql};
use crate::catalog::kinds::spec::{
    HangsOn, InRepair, InScript, KindSpec, Mentioned, NameSpace, Outside, Presence, Renamed,
    Section, Tracked, Watch,
};
use crate::catalog::write::usual;

pub(super) const KIND: KindSpec = KindSpec {
    one: "publication",
    many: "publications",
    keyword: "PUBLICATION",
    class: "pg_publication",
    root_class: "pg_publication",
    hangs_on: HangsOn::Nothing,
    columns: None,
    name_space: NameSpace::Own,

    query: include_str!("query.sql"),
    presence: Presence::Rare("pg_publication"),
    attributes: &[
        plain("owner", "pg_publication.pubowner"),
        sql("all_tables", "pg_publication.puballtables"),
        sql("operations", "pg_publication.pubinsert, pubupdate, pubdelete, pubtruncate"),
        sql("via_root", "pg_publication.pubviaroot"),
        sql("generated_columns", "pg_publication.pubgencols (18)"),
        sql("table.", "pg_publication_rel.prrelid, prattrs, prqual"),
        sql("schema.", "pg_publication_namespace.pnnspid (15)"),
    ],
    tracked: Tracked::Whole(&[
        Watch::Rows("pg_publication"),
        Watch::Rows("pg_publication_rel"),
        Watch::RowsSince(150_000, "pg_publication_namespace"),
    ]),
    outside: &[Outside::Query(
        "SELECT 'pg_publication', p.oid::bigint, p.xmin::text, NULL, NULL, p.pubname::text FROM pg_catalog.pg_publication p",
    )],

    name: usual::name,
    target: usual::target,
    created_with: usual::created_alone,
    begins_as_shell: |_| false,
    create: |w, id, object, _| vec![write::create(w, id, object)],
    drop: usual::drop,
    rename: usual::rename,
    alter: write::alter,
    privileges: None,

    in_script: |_, _, _| InScript::Section(Section::Replication),
    in_repair: InRepair::ByKind,
    mentioned: Mentioned::Never,
    names_functions: false,
    needs: usual::no_needs,

    renamed: Renamed::SameAttributes,
    same_meaning: write::same_meaning,
};

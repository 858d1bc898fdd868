//! Typed views of a catalog: `catalog.table("users")?.index("idx_users_email")`.

mod table;

use super::{Catalog, Kind, Object, ObjectId};
use crate::catalog::ordered;

/// An object with its identity. Everything that has no accessor of its own is in [`ObjectRef::object`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ObjectRef<'a> {
    /// The catalog that it is in.
    pub catalog: &'a Catalog,
    /// The identity of the object.
    pub id: &'a ObjectId,
    /// The attributes and facts of the object.
    pub object: &'a Object,
}

impl<'a> ObjectRef<'a> {
    /// The name, unquoted.
    pub fn name(&self) -> &'a str {
        &self.id.name
    }

    /// The schema, unquoted; `None` for home.
    pub fn schema(&self) -> Option<&'a str> {
        self.id.schema.as_deref()
    }

    /// The comment (`pg_description.description`).
    pub fn comment(&self) -> Option<&'a str> {
        self.object.text("comment")
    }

    /// The owner where it is not the expected one, see [`ReadOptions::owner`](super::ReadOptions::owner).
    pub fn owner(&self) -> Option<&'a str> {
        self.object.text("owner")
    }

    fn text(&self, attribute: &str) -> Option<&'a str> {
        self.object.text(attribute)
    }

    fn children(&self, kind: Kind) -> impl Iterator<Item = ObjectRef<'a>> + use<'a> {
        let (catalog, id) = (self.catalog, self.id);
        catalog.children(kind, id.schema.as_deref(), &id.name).map(move |(id, object)| ObjectRef {
            catalog,
            id,
            object,
        })
    }
}

/// Makes a typed wrapper around [`ObjectRef`] that derefs to it.
macro_rules! typed {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name<'a>(ObjectRef<'a>);

        impl<'a> std::ops::Deref for $name<'a> {
            type Target = ObjectRef<'a>;

            fn deref(&self) -> &ObjectRef<'a> {
                &self.0
            }
        }
    )*};
}

typed! {
    /// A table or foreign table.
    TableRef;
    /// A column of a table, view or composite type.
    ColumnRef;
    /// A constraint of a table.
    ConstraintRef;
    /// An index that no constraint stands for.
    IndexRef;
    /// A sequence.
    SequenceRef;
    /// An enum type.
    EnumRef;
    /// A view or materialized view.
    ViewRef;
    /// A function or procedure.
    FunctionRef;
    /// An aggregate.
    AggregateRef;
    /// A trigger.
    TriggerRef;
    /// A row security policy.
    PolicyRef;
}

/// The type of a constraint (`pg_constraint.contype`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConstraintType {
    /// `p`
    PrimaryKey,
    /// `u`
    Unique,
    /// `f`
    ForeignKey,
    /// `c`
    Check,
    /// `x`
    Exclusion,
}

/// Splits `audit.users` and finds the object; a name without a dot is of the home schema.
fn find<'a>(catalog: &'a Catalog, kinds: &[Kind], name: &str) -> Option<ObjectRef<'a>> {
    let named = |schema: Option<&str>, name: &str| {
        kinds.iter().find_map(|kind| {
            let id = ObjectId {
                kind: *kind,
                schema: schema.map(str::to_owned),
                parent: None,
                name: name.to_owned(),
            };
            let (id, object) = catalog.objects.get_key_value(&id)?;
            Some(ObjectRef { catalog, id, object })
        })
    };
    named(None, name).or_else(|| {
        let (schema, name) = name.split_once('.')?;
        named(Some(schema).filter(|schema| *schema != catalog.home), name)
    })
}

fn all<'a>(catalog: &'a Catalog, kinds: &'static [Kind]) -> impl Iterator<Item = ObjectRef<'a>> {
    kinds.iter().flat_map(|kind| catalog.of_kind(*kind)).map(move |(id, object)| ObjectRef {
        catalog,
        id,
        object,
    })
}

const TABLES: &[Kind] = &[Kind::Table, Kind::ForeignTable];
const VIEWS: &[Kind] = &[Kind::View, Kind::MaterializedView];

/// Names are unquoted; one without a schema is of the home schema: `users`, `audit.users`.
impl Catalog {
    /// A table, partition or foreign table (`pg_class`).
    pub fn table(&self, name: &str) -> Option<TableRef<'_>> {
        find(self, TABLES, name).map(TableRef)
    }

    /// All tables, partitions and foreign tables.
    pub fn tables(&self) -> impl Iterator<Item = TableRef<'_>> {
        all(self, TABLES).map(TableRef)
    }

    /// A view or materialized view (`pg_class`).
    pub fn view(&self, name: &str) -> Option<ViewRef<'_>> {
        find(self, VIEWS, name).map(ViewRef)
    }

    /// All views and materialized views.
    pub fn views(&self) -> impl Iterator<Item = ViewRef<'_>> {
        all(self, VIEWS).map(ViewRef)
    }

    /// An enum type (`pg_type`).
    pub fn enum_type(&self, name: &str) -> Option<EnumRef<'_>> {
        find(self, &[Kind::Enum], name).map(EnumRef)
    }

    /// All enum types.
    pub fn enums(&self) -> impl Iterator<Item = EnumRef<'_>> {
        all(self, &[Kind::Enum]).map(EnumRef)
    }

    /// A sequence (`pg_sequence`); those of identity columns are attributes of the column.
    pub fn sequence(&self, name: &str) -> Option<SequenceRef<'_>> {
        find(self, &[Kind::Sequence], name).map(SequenceRef)
    }

    /// All sequences but those of identity columns.
    pub fn sequences(&self) -> impl Iterator<Item = SequenceRef<'_>> {
        all(self, &[Kind::Sequence]).map(SequenceRef)
    }

    /// A function or procedure (`pg_proc`), with its argument types: `add(integer, integer)`.
    pub fn function(&self, name: &str) -> Option<FunctionRef<'_>> {
        find(self, &[Kind::Function, Kind::Procedure], name).map(FunctionRef)
    }

    /// All functions and procedures.
    pub fn functions(&self) -> impl Iterator<Item = FunctionRef<'_>> {
        all(self, &[Kind::Function, Kind::Procedure]).map(FunctionRef)
    }

    /// All aggregates.
    pub fn aggregates(&self) -> impl Iterator<Item = AggregateRef<'_>> {
        all(self, &[Kind::Aggregate]).map(AggregateRef)
    }

    /// All constraints of all tables.
    pub fn constraints(&self) -> impl Iterator<Item = ConstraintRef<'_>> {
        all(self, &[Kind::Constraint]).map(ConstraintRef)
    }

    /// All indexes that no constraint stands for.
    pub fn indexes(&self) -> impl Iterator<Item = IndexRef<'_>> {
        all(self, &[Kind::Index]).map(IndexRef)
    }

    /// All triggers.
    pub fn triggers(&self) -> impl Iterator<Item = TriggerRef<'_>> {
        all(self, &[Kind::Trigger]).map(TriggerRef)
    }
}

impl<'a> SequenceRef<'a> {
    /// The type (`pg_sequence.seqtypid`).
    pub fn data_type(&self) -> &'a str {
        self.text("type").unwrap_or_default()
    }

    /// The column that it belongs to, quoted where needed: `users.id`.
    pub fn owned_by(&self) -> Option<&'a str> {
        self.text("owned_by")
    }
}

impl<'a> EnumRef<'a> {
    /// The labels, in order (`pg_enum.enumsortorder`).
    pub fn labels(&self) -> &'a [String] {
        self.object.list("labels")
    }
}

impl<'a> ViewRef<'a> {
    /// The query, as `pg_get_viewdef` prints it.
    pub fn definition(&self) -> &'a str {
        self.text("definition").unwrap_or_default()
    }

    /// Returns true if it is a materialized view.
    pub fn is_materialized(&self) -> bool {
        self.id.kind == Kind::MaterializedView
    }

    /// The columns, in order.
    pub fn columns(&self) -> Vec<ColumnRef<'a>> {
        let mut columns: Vec<ColumnRef<'a>> =
            self.children(Kind::ViewColumn).map(ColumnRef).collect();
        ordered::sort_by(&mut columns, &mut |a, b| a.position().cmp(&b.position()));
        columns
    }
}

impl<'a> FunctionRef<'a> {
    /// Returns true if it is a procedure (`pg_proc.prokind`).
    pub fn is_procedure(&self) -> bool {
        self.id.kind == Kind::Procedure
    }

    /// The language (`pg_proc.prolang`).
    pub fn language(&self) -> &'a str {
        self.text("language").unwrap_or_default()
    }

    /// The arguments with names, modes and defaults (`pg_get_function_arguments`).
    pub fn arguments(&self) -> &'a str {
        self.text("arguments").unwrap_or_default()
    }

    /// The type of its result (`pg_get_function_result`); `None` for procedures.
    pub fn returns(&self) -> Option<&'a str> {
        self.text("returns")
    }

    /// The body: `pg_proc.prosrc`, or `pg_get_function_sqlbody` for one with `BEGIN ATOMIC`.
    pub fn body(&self) -> &'a str {
        self.text("body").or_else(|| self.text("sql_body")).unwrap_or_default()
    }
}

impl<'a> AggregateRef<'a> {
    /// The state function (`pg_aggregate.aggtransfn`).
    pub fn state_function(&self) -> &'a str {
        self.text("state_function").unwrap_or_default()
    }
}

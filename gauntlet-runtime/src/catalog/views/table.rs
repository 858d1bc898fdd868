//! A table and what hangs on it.

use super::{ColumnRef, ConstraintRef, ConstraintType, IndexRef, PolicyRef, TableRef, TriggerRef};
use crate::catalog::ordered;
use crate::catalog::{Kind, Value};

impl<'a> TableRef<'a> {
    /// The columns, in order (`pg_attribute.attnum`).
    pub fn columns(&self) -> Vec<ColumnRef<'a>> {
        let mut columns: Vec<ColumnRef<'a>> = self.children(Kind::Column).map(ColumnRef).collect();
        ordered::sort_by(&mut columns, &mut |a, b| a.position().cmp(&b.position()));
        columns
    }

    /// One column, by its unquoted name.
    pub fn column(&self, name: &str) -> Option<ColumnRef<'a>> {
        self.children(Kind::Column).find(|child| child.name() == name).map(ColumnRef)
    }

    /// The constraints, by name.
    pub fn constraints(&self) -> impl Iterator<Item = ConstraintRef<'a>> + use<'a> {
        self.children(Kind::Constraint).map(ConstraintRef)
    }

    /// One constraint, by its unquoted name.
    pub fn constraint(&self, name: &str) -> Option<ConstraintRef<'a>> {
        self.constraints().find(|child| child.name() == name)
    }

    /// The primary key.
    pub fn primary_key(&self) -> Option<ConstraintRef<'a>> {
        self.constraints().find(|child| child.constraint_type() == Some(ConstraintType::PrimaryKey))
    }

    /// The indexes that no constraint stands for, by name.
    pub fn indexes(&self) -> impl Iterator<Item = IndexRef<'a>> + use<'a> {
        self.children(Kind::Index).map(IndexRef)
    }

    /// One index, by its unquoted name.
    pub fn index(&self, name: &str) -> Option<IndexRef<'a>> {
        self.indexes().find(|child| child.name() == name)
    }

    /// The triggers, by name.
    pub fn triggers(&self) -> impl Iterator<Item = TriggerRef<'a>> + use<'a> {
        self.children(Kind::Trigger).map(TriggerRef)
    }

    /// One trigger, by its unquoted name.
    pub fn trigger(&self, name: &str) -> Option<TriggerRef<'a>> {
        self.triggers().find(|child| child.name() == name)
    }

    /// The policies, by name.
    pub fn policies(&self) -> impl Iterator<Item = PolicyRef<'a>> + use<'a> {
        self.children(Kind::Policy).map(PolicyRef)
    }

    /// Returns true if it is a partition of another table (`pg_class.relispartition`).
    pub fn is_partition(&self) -> bool {
        self.object.has("partition_of")
    }

    /// The partition key, as `pg_get_partkeydef` prints it: `RANGE (day)`.
    pub fn partition_key(&self) -> Option<&'a str> {
        self.text("partition_key")
    }

    /// Returns true if row security is on (`pg_class.relrowsecurity`).
    pub fn has_row_security(&self) -> bool {
        self.object.has("row_security")
    }
}

impl<'a> ColumnRef<'a> {
    /// The relation that it is a column of, unquoted.
    pub fn table(&self) -> &'a str {
        self.id.parent.as_deref().unwrap_or_default()
    }

    /// The place among the columns that are there, from 1 (`pg_attribute.attnum` without gaps).
    pub fn position(&self) -> usize {
        self.object.fact("position").and_then(|place| place.parse().ok()).unwrap_or(0)
    }

    /// The type with its modifier, as `format_type` prints it: `character varying(30)`.
    pub fn data_type(&self) -> &'a str {
        self.text("type").or_else(|| self.object.fact("type")).unwrap_or_default()
    }

    /// `pg_attribute.attnotnull`.
    pub fn is_not_null(&self) -> bool {
        self.object.has("not_null")
    }

    /// The default, as `pg_get_expr(pg_attrdef.adbin)` prints it.
    pub fn default(&self) -> Option<&'a str> {
        self.text("default")
    }

    /// The expression of a generated column, stored or virtual (`pg_attribute.attgenerated`).
    pub fn generated(&self) -> Option<&'a str> {
        self.text("generated_stored").or_else(|| self.text("generated_virtual"))
    }

    /// `always` or `by default` (`pg_attribute.attidentity`).
    pub fn identity(&self) -> Option<&'a str> {
        self.text("identity")
    }

    /// The collation where it is not the type's (`pg_attribute.attcollation`).
    pub fn collation(&self) -> Option<&'a str> {
        self.text("collation")
    }
}

impl<'a> ConstraintRef<'a> {
    /// The table that it is a constraint of, unquoted.
    pub fn table(&self) -> &'a str {
        self.id.parent.as_deref().unwrap_or_default()
    }

    /// The type of the constraint (`pg_constraint.contype`).
    pub fn constraint_type(&self) -> Option<ConstraintType> {
        Some(match self.text("type")? {
            "primary key" => ConstraintType::PrimaryKey,
            "unique" => ConstraintType::Unique,
            "foreign key" => ConstraintType::ForeignKey,
            "check" => ConstraintType::Check,
            "exclusion" => ConstraintType::Exclusion,
            _ => return None,
        })
    }

    /// `pg_get_constraintdef` without DEFERRABLE, NOT VALID and the like.
    pub fn definition(&self) -> &'a str {
        self.text("definition").unwrap_or_default()
    }

    /// `pg_get_constraintdef` as PostgreSQL prints it: what `ALTER TABLE … ADD CONSTRAINT name` takes.
    pub fn full_definition(&self) -> String {
        let mut definition = self.definition().to_owned();
        for (attribute, words) in [
            ("no_inherit", " NO INHERIT"),
            ("deferrable", " DEFERRABLE"),
            ("initially_deferred", " INITIALLY DEFERRED"),
            ("not_enforced", " NOT ENFORCED"),
            ("not_valid", " NOT VALID"),
        ] {
            if self.object.has(attribute) {
                definition.push_str(words);
            }
        }
        definition
    }

    /// The columns, in the order of `pg_constraint.conkey`; those of a CHECK in the order of the table.
    pub fn columns(&self) -> &'a [String] {
        self.object.fact_list("columns")
    }

    /// The table that a foreign key refers to, with its schema where that is not home (`pg_constraint.confrelid`).
    pub fn referenced_table(&self) -> Option<&'a str> {
        self.object.fact("referenced_table")
    }

    /// The columns that a foreign key refers to (`pg_constraint.confkey`).
    pub fn referenced_columns(&self) -> &'a [String] {
        self.object.fact_list("referenced_columns")
    }

    /// `pg_constraint.convalidated`.
    pub fn is_valid(&self) -> bool {
        !self.object.has("not_valid")
    }
}

impl<'a> IndexRef<'a> {
    /// The table that it is an index of, unquoted.
    pub fn table(&self) -> &'a str {
        self.id.parent.as_deref().unwrap_or_default()
    }

    /// The access method: `btree`, `gin`, ….
    pub fn method(&self) -> &'a str {
        self.text("method").unwrap_or_default()
    }

    /// The keys as `pg_get_indexdef` prints them: column or expression, collation, operator class, order.
    pub fn keys(&self) -> &'a [String] {
        self.object.list("keys")
    }

    /// The key columns (`pg_index.indkey`); expressions are left out.
    pub fn columns(&self) -> &'a [String] {
        self.object.fact_list("columns")
    }

    /// The columns that are carried along (`INCLUDE`).
    pub fn include(&self) -> &'a [String] {
        self.object.list("include")
    }

    /// The predicate of a partial index.
    pub fn predicate(&self) -> Option<&'a str> {
        self.text("predicate")
    }

    /// `pg_index.indisunique`.
    pub fn is_unique(&self) -> bool {
        self.object.has("unique")
    }

    /// `pg_index.indisvalid`.
    pub fn is_valid(&self) -> bool {
        !self.object.has("invalid")
    }

    /// The whole statement, as `pg_get_indexdef(oid, 0, true)` prints it.
    pub fn definition(&self) -> &'a str {
        self.object.fact("definition").unwrap_or_default()
    }
}

impl<'a> TriggerRef<'a> {
    /// The table that it is a trigger of, unquoted.
    pub fn table(&self) -> &'a str {
        self.id.parent.as_deref().unwrap_or_default()
    }

    /// `pg_get_triggerdef` without its head: `BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()`.
    pub fn definition(&self) -> &'a str {
        self.text("definition").unwrap_or_default()
    }

    /// Returns true if it fires in an ordinary session (`pg_trigger.tgenabled`).
    pub fn is_enabled(&self) -> bool {
        matches!(self.text("enabled"), None | Some("always"))
    }
}

impl<'a> PolicyRef<'a> {
    /// The roles; empty for all (`pg_policy.polroles`).
    pub fn roles(&self) -> &'a [String] {
        self.object.attributes.get("roles").map_or(&[], Value::as_list)
    }

    /// The USING expression (`pg_policy.polqual`).
    pub fn using(&self) -> Option<&'a str> {
        self.text("using")
    }
}

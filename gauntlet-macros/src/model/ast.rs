//! The item as the rest of the derive sees it.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, GenericParam, Generics, Ident, Path, Type};

use super::attr::{FieldAttrs, ItemAttrs, ItemKind, SqlxChild, SqlxItem};
use crate::mistakes::Mistakes;

/// A struct or enum.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) krate: Option<Path>,
    pub(crate) sqlx: Option<Path>,
    pub(crate) shape: Shape,
}

pub(crate) enum Shape {
    Table(Box<Table>),
    Enum(Enum),
}

pub(crate) struct Table {
    pub(crate) attrs: ItemAttrs,
    /// The name in the database.
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The column's name.
    pub(crate) column: String,
    pub(crate) sqlx: SqlxChild,
    pub(crate) attrs: FieldAttrs,
}

pub(crate) struct Enum {
    /// `true` if its variants are numbers in the database.
    pub(crate) integer: bool,
    pub(crate) variants: Vec<Variant>,
}

pub(crate) struct Variant {
    pub(crate) ident: Ident,
    /// The label in the database.
    pub(crate) label: String,
}

impl Model {
    /// Reads the item; `None` where it has no shape that could be a model.
    pub(crate) fn read(item: &DeriveInput, mistakes: &mut Mistakes) -> Option<Model> {
        let sqlx = SqlxItem::read(&item.attrs);
        let (shape, krate, driver) = match &item.data {
            Data::Struct(data) => {
                let mut attrs = ItemAttrs::read(&item.attrs, ItemKind::Struct, mistakes);
                let (krate, driver) = (attrs.krate.take(), attrs.sqlx.take());
                let table = table(item, &data.fields, &sqlx, attrs, mistakes)?;
                (Shape::Table(Box::new(table)), krate, driver)
            }
            Data::Enum(data) => {
                let mut attrs = ItemAttrs::read(&item.attrs, ItemKind::Enum, mistakes);
                let shape = Shape::Enum(read_enum(item, data, &sqlx, mistakes)?);
                (shape, attrs.krate.take(), attrs.sqlx.take())
            }
            Data::Union(data) => {
                mistakes.at(data.union_token, "a union cannot be a model");
                return None;
            }
        };
        if let Shape::Enum(_) = shape {
            let params = item.generics.params.iter();
            for param in params.filter(|param| !matches!(param, GenericParam::Lifetime(_))) {
                mistakes.at(param, "an enum without fields does not need type parameters");
            }
        }
        let (ident, generics) = (item.ident.clone(), item.generics.clone());
        Some(Model { ident, generics, krate, sqlx: driver, shape })
    }
}

fn table(
    item: &DeriveInput,
    fields: &Fields,
    sqlx: &SqlxItem,
    attrs: ItemAttrs,
    mistakes: &mut Mistakes,
) -> Option<Table> {
    let named = match fields {
        Fields::Named(named) => named,
        Fields::Unnamed(fields) => {
            let text = if sqlx.transparent {
                "a newtype is not a table; remove the derive, because a field of this type is read as the type that it wraps"
            } else {
                "a model needs named fields: they are the names of the columns"
            };
            mistakes.at(fields, text);
            return None;
        }
        Fields::Unit => {
            mistakes.at(&item.ident, "a struct without fields does not describe a table");
            return None;
        }
    };
    let mut read = Vec::new();
    for field in &named.named {
        let ident = field.ident.clone()?;
        let own = SqlxChild::read(&field.attrs);
        let attrs = FieldAttrs::read(&field.attrs, mistakes);
        let plain = ident.unraw().to_string();
        let column = own.rename.clone().unwrap_or_else(|| sqlx.renamed(&plain));
        read.push(Field { ident, ty: field.ty.clone(), column, sqlx: own, attrs });
    }
    let name = match &attrs.table {
        Some(name) => name.value(),
        None => heck::ToSnakeCase::to_snake_case(item.ident.unraw().to_string().as_str()),
    };
    Some(Table { attrs, name, fields: read })
}

fn read_enum(
    item: &DeriveInput,
    data: &syn::DataEnum,
    sqlx: &SqlxItem,
    mistakes: &mut Mistakes,
) -> Option<Enum> {
    if data.variants.is_empty() {
        mistakes.at(&item.ident, "an enum without variants has no labels");
        return None;
    }
    let mut variants = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let span: Span = variant.fields.span();
            mistakes.at_span(
                span,
                "a variant with fields cannot be a label of an enum in the database",
            );
            continue;
        }
        for attr in variant.attrs.iter().filter(|attr| attr.path().is_ident("model")) {
            mistakes.at(
                attr,
                "`model` does not apply to a variant; set its label with `#[sqlx(rename = \"...\")]`",
            );
        }
        let label = SqlxChild::read(&variant.attrs).rename;
        let label = label.unwrap_or_else(|| sqlx.renamed(&variant.ident.to_string()));
        variants.push(Variant { ident: variant.ident.clone(), label });
    }
    Some(Enum { integer: sqlx.repr, variants })
}

//! The implementation of `gauntlet::Model`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Generics, Ident, LitStr};

use super::ast::{Enum, Field, Model, Shape, Table};
use super::attr::{ColumnName, IndexAttr, Json};
use super::bounds;

/// The implementation, which names `exporter` where the item names no crate.
pub(crate) fn model(model: &Model, exporter: TokenStream) -> TokenStream {
    let Model { ident, generics, krate, sqlx, shape } = model;
    let krate = krate.as_ref().map_or(exporter, ToTokens::to_token_stream);
    let private = quote!(#krate::__private::model);
    let sqlx = sqlx.as_ref().map_or_else(|| quote!(::sqlx), ToTokens::to_token_stream);
    let paths = Paths { private, sqlx };
    let private = &paths.private;
    let body = match shape {
        Shape::Table(table) => self::table(ident, table, &paths, generics),
        Shape::Enum(one) => self::of_enum(ident, one, &paths),
    };
    let (impl_generics, ty_generics, _) = generics.split_for_impl();
    let where_clause = match shape {
        Shape::Table(table) => bounds::of(generics, &table.fields, &paths.sqlx, private),
        Shape::Enum(_) => generics.where_clause.clone(),
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::Model for #ident #ty_generics #where_clause {
            fn describe() -> #private::Described {
                #body
            }
        }
    }
}

/// The crates that the expansion names.
struct Paths {
    private: TokenStream,
    /// The user's sqlx, whatever its version.
    sqlx: TokenStream,
}

impl Paths {
    /// What sqlx says of a type. Its tokens are the user's, so that the compiler points at them.
    fn of_type(&self, ty: &impl ToTokens, span: Span) -> TokenStream {
        let sqlx = &self.sqlx;
        quote_spanned!(span=> <#ty as #sqlx::Type<#sqlx::Postgres>>)
    }
}

fn table(ident: &Ident, table: &Table, paths: &Paths, generics: &Generics) -> TokenStream {
    let private = &paths.private;
    let Table { attrs, name, fields } = table;
    let rust_name = ident.unraw().to_string();
    let at = place(ident.span(), private);
    let mut statements = TokenStream::new();
    if attrs.complete {
        statements.extend(quote!(table.complete = true;));
    }
    for field in fields {
        if field.sqlx.skip || field.attrs.skip.is_some() {
            continue;
        }
        statements.extend(if field.sqlx.flatten {
            let ty = field.sqlx.try_from.as_ref().unwrap_or(&field.ty);
            quote!(table.flatten(<#ty as #private::Model>::describe());)
        } else {
            column(&rust_name, field, paths, generics)
        });
    }
    let keys: Vec<&Field> =
        fields.iter().filter(|field| field.attrs.primary_key.is_some()).collect();
    if let Some((columns, key)) = &attrs.primary_key {
        let columns = names(columns, fields);
        let at = place(key.span(), private);
        statements.extend(quote!(table.primary_key([#(#columns),*], true, #at);));
    } else if let Some(first) = keys.first() {
        let columns = keys.iter().map(|field| &field.column);
        let at = place(first.ident.span(), private);
        statements.extend(quote!(table.primary_key([#(#columns),*], false, #at);));
    }
    for (method, indexes) in [("unique", &attrs.unique), ("index", &attrs.indexes)] {
        for index in indexes {
            let (method, value, span) = match index {
                IndexAttr::Columns(columns, key) => {
                    let columns = names(columns, fields);
                    (method.to_owned(), quote!([#(#columns),*]), key.span())
                }
                IndexAttr::Sql(text) => {
                    let sql = text.value();
                    (format!("{method}_sql"), quote!(#sql), text.span())
                }
            };
            let method = Ident::new(&method, Span::call_site());
            let at = place(span, private);
            statements.extend(quote!(table.#method(#value, #at);));
        }
    }
    for key in &attrs.foreign_keys {
        let columns = names(&key.columns, fields);
        let target = key.target.value();
        let at = place(key.target.span(), private);
        statements.extend(quote!(table.references([#(#columns),*], #target, #at);));
    }
    for text in &attrs.checks {
        statements.extend(check(text, private));
    }
    quote! {
        let mut table = #private::Builder::new(#rust_name, #name, #at);
        #statements
        table.finish()
    }
}

fn check(text: &LitStr, private: &TokenStream) -> TokenStream {
    let (sql, at) = (text.value(), place(text.span(), private));
    quote!(table.check(#sql, #at);)
}

/// One field: the column, then what hangs on it.
fn column(rust_name: &str, field: &Field, paths: &Paths, generics: &Generics) -> TokenStream {
    let private = &paths.private;
    let Field { ident, ty, column, sqlx: of_sqlx, attrs } = field;
    let path = format!("{rust_name}::{}", ident.unraw());
    let at = place(ident.span(), private);
    // The type that sqlx reads.
    let read = of_sqlx.try_from.as_ref().unwrap_or(ty);
    let ty_span = read.span();
    let made = if of_sqlx.json.is_some() {
        quote!(#private::Field::json(#path, #column, #at))
    } else {
        let of_type = paths.of_type(read, ty_span);
        let sqlx = &paths.sqlx;
        let described = quote!(#private::ColumnType::described(
            #of_type::type_info,
            #sqlx::TypeInfo::name,
            #of_type::compatible,
        ));
        quote!(#private::Field::of(#path, #column, #at, #described))
    };
    let mut calls = TokenStream::new();
    let nullable = match (of_sqlx.json, &attrs.nullable, &attrs.not_null) {
        (_, Some(_), _) | (Some(Json::Nullable), None, None) => quote!(true),
        (_, _, Some(_)) | (Some(Json::NotNull), None, None) => quote!(false),
        (None, None, None) if bounds::is_param(read, generics) => {
            quote!(#private::is_option::<#read>())
        }
        (None, None, None) => quote!(#private::Probe::<#read>::NEW.is_nullable()),
    };
    calls.extend(quote!(.nullable(#nullable)));
    if of_sqlx.json.is_none() && attrs.unguarded.is_none() {
        calls.extend(quote!(.guard(#private::Probe::<#read>::NEW.guard())));
    }
    if of_sqlx.default {
        calls.extend(quote!(.optional()));
    }
    if let Some(text) = &attrs.sql_type {
        calls.extend(quote!(.sql_type(#text)));
    }
    if let Some(text) = &attrs.default {
        calls.extend(quote!(.default(#text)));
    }
    let written = written(ty);
    let mut more = TokenStream::new();
    for text in &attrs.checks {
        more.extend(check(text, private));
    }
    if let Some(target) = &attrs.references {
        let (sql, at) = (target.value(), place(target.span(), private));
        more.extend(quote!(table.references([#column], #sql, #at);));
    }
    if let Some(key) = &attrs.unique {
        let at = place(key.span(), private);
        more.extend(quote!(table.unique([#column], #at);));
    }
    if let Some(key) = &attrs.index {
        let at = place(key.span(), private);
        more.extend(quote!(table.index([#column], #at);));
    }
    quote! {
        table.column(#made.rust_type(#written)#calls);
        #more
    }
}

/// A type as a person writes it.
fn written(ty: &syn::Type) -> String {
    let text = ty.to_token_stream().to_string();
    [(" :: ", "::"), (":: ", "::"), (" <", "<"), ("< ", "<"), (" >", ">"), (" ,", ","), ("& ", "&")]
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

/// The columns of a list.
fn names(list: &[ColumnName], fields: &[Field]) -> Vec<String> {
    let name = |column: &ColumnName| match column {
        ColumnName::Column(text) => text.value(),
        ColumnName::Field(ident) => {
            let field = fields.iter().find(|field| field.ident.unraw() == ident.unraw());
            field.map_or_else(|| ident.unraw().to_string(), |field| field.column.clone())
        }
    };
    list.iter().map(name).collect()
}

fn of_enum(ident: &Ident, one: &Enum, paths: &Paths) -> TokenStream {
    let private = &paths.private;
    let rust_name = ident.unraw().to_string();
    let at = place(ident.span(), private);
    let integer = one.integer;
    let variants = one.variants.iter().map(|variant| {
        let name = variant.ident.unraw().to_string();
        let at = place(variant.ident.span(), private);
        let path = &variant.ident;
        let value =
            if integer { quote!((#ident::#path as i64)) } else { variant.label.to_token_stream() };
        quote!(#private::variant(#name, #value, #at))
    });
    let of_type = paths.of_type(ident, ident.span());
    let sqlx = &paths.sqlx;
    let type_name = quote!(#sqlx::TypeInfo::name(&#of_type::type_info()).to_owned());
    quote! {
        #private::Described::Enum(#private::Enum {
            rust_name: #rust_name,
            place: #at,
            type_name: #type_name,
            integer: #integer,
            variants: ::std::vec![#(#variants),*],
        })
    }
}

/// The place where the user wrote something: `file!()` and `line!()` with the span of the tokens there.
fn place(span: Span, private: &TokenStream) -> TokenStream {
    let (file, line, column) = (
        quote_spanned!(span=> ::core::file!()),
        quote_spanned!(span=> ::core::line!()),
        quote_spanned!(span=> ::core::column!()),
    );
    quote!(#private::Place { file: #file, line: #line, column: #column })
}

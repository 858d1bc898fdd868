//! What a generic struct's parameters have to be, so that its fields can be described.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Generics, Type, WhereClause, parse_quote};

use super::ast::Field;

/// The where clause of the struct with a bound for each described field whose type depends on a parameter.
pub(super) fn of(
    generics: &Generics,
    fields: &[Field],
    sqlx: &TokenStream,
    private: &TokenStream,
) -> Option<WhereClause> {
    let mut generics = generics.clone();
    let params: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    let described = fields.iter().filter(|f| !f.sqlx.skip && f.attrs.skip.is_none());
    for field in described {
        let ty = field.sqlx.try_from.as_ref().unwrap_or(&field.ty);
        if field.sqlx.json.is_some() || !mentions(ty.to_token_stream(), &params) {
            continue;
        }
        let bound: TokenStream = if field.sqlx.flatten {
            quote!(#private::Model)
        } else {
            quote!(#sqlx::Type<#sqlx::Postgres>)
        };
        generics.make_where_clause().predicates.push(parse_quote!(#ty: #bound));
    }
    generics.where_clause
}

/// Returns `true` if a type is a parameter by itself, which may stand for an `Option` as well.
pub(super) fn is_param(ty: &Type, generics: &Generics) -> bool {
    let Type::Path(path) = ty else { return false };
    generics.type_params().any(|param| path.path.is_ident(&param.ident))
}

fn mentions(tokens: TokenStream, params: &[Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => params.contains(&ident),
        TokenTree::Group(group) => mentions(group.stream(), params),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

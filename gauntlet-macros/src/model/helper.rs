//! The name of the helper attribute. It is `model`, or `gauntlet_model` on an item on which `model` belongs to another derive.

use syn::{Attribute, Data, DeriveInput, parse_quote};

const OWN: &str = "gauntlet_model";

/// The item with its helper attributes under their usual name. One `gauntlet_model` anywhere on the item, empty or not, leaves
/// each `model` to the other derive.
pub(super) fn usual(mut item: DeriveInput) -> DeriveInput {
    let mut own = false;
    each_list(&mut item, |attrs| own |= attrs.iter().any(|attr| attr.path().is_ident(OWN)));
    if own {
        each_list(&mut item, |attrs| {
            attrs.retain(|attr| !attr.path().is_ident("model"));
            // An empty one says no more than whose `model` is.
            attrs.retain(|attr| !(attr.path().is_ident(OWN) && is_empty(attr)));
            for attr in attrs.iter_mut().filter(|attr| attr.path().is_ident(OWN)) {
                rename(attr);
            }
        });
    }
    item
}

fn is_empty(attr: &Attribute) -> bool {
    match &attr.meta {
        syn::Meta::Path(_) => true,
        syn::Meta::List(list) => list.tokens.is_empty(),
        syn::Meta::NameValue(_) => false,
    }
}

fn rename(attr: &mut Attribute) {
    match &mut attr.meta {
        syn::Meta::Path(path) => *path = parse_quote!(model),
        syn::Meta::List(list) => list.path = parse_quote!(model),
        syn::Meta::NameValue(pair) => pair.path = parse_quote!(model),
    }
}

/// Calls `with` for the attributes of the item and of each field and variant.
fn each_list(item: &mut DeriveInput, mut with: impl FnMut(&mut Vec<Attribute>)) {
    with(&mut item.attrs);
    match &mut item.data {
        Data::Struct(data) => data.fields.iter_mut().for_each(|field| with(&mut field.attrs)),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                with(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| with(&mut field.attrs));
            }
        }
        Data::Union(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;
    use syn::parse_quote;

    use super::usual;

    #[test]
    fn a_model_of_another_derive_is_left_to_it() {
        let item = usual(parse_quote! {
            #[model(enum)]
            #[gauntlet_model(table = "users")]
            struct User {
                #[model(other = 1)]
                #[gauntlet_model(primary_key)]
                id: i64,
            }
        });
        let expected: syn::DeriveInput = parse_quote! {
            #[model(table = "users")]
            struct User {
                #[model(primary_key)]
                id: i64,
            }
        };
        let text = item.into_token_stream().to_string();
        assert_eq!(text, expected.into_token_stream().to_string());
        let item: syn::DeriveInput = parse_quote!(
            #[model(enum)]
            #[gauntlet_model]
            struct User {
                id: i64,
            }
        );
        let expected: syn::DeriveInput = parse_quote!(
            struct User {
                id: i64,
            }
        );
        let text = usual(item).into_token_stream().to_string();
        assert_eq!(text, expected.into_token_stream().to_string());
        let item: syn::DeriveInput = parse_quote!(
            #[model(complete)]
            struct User {
                id: i64,
            }
        );
        let text = item.clone().into_token_stream().to_string();
        assert_eq!(usual(item).into_token_stream().to_string(), text);
    }
}

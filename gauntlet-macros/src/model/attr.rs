//! The attributes: sqlx's as sqlx reads them, and `#[model(...)]`.

use gauntlet_plan::unknown;
use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, Path, Token, Type};

use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;
use crate::values::literal;

/// `#[sqlx(...)]` and `#[repr(...)]` on the item.
#[derive(Default)]
pub(crate) struct SqlxItem {
    rename_all: Option<String>,
    pub(crate) transparent: bool,
    pub(crate) default: bool,
    /// `true` if there is a `#[repr]`, which makes sqlx write numbers.
    pub(crate) repr: bool,
}

/// `#[sqlx(...)]` on a field or variant.
#[derive(Default)]
pub(crate) struct SqlxChild {
    pub(crate) rename: Option<String>,
    pub(crate) try_from: Option<Type>,
    pub(crate) default: bool,
    pub(crate) flatten: bool,
    pub(crate) skip: bool,
    pub(crate) json: Option<Json>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Json {
    NotNull,
    Nullable,
}

/// The metas in `#[sqlx(...)]`. sqlx reports the mistakes in them.
fn sqlx_metas(attrs: &[Attribute]) -> Vec<Meta> {
    let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
    let sqlx = attrs.iter().filter(|attr| attr.path().is_ident("sqlx"));
    sqlx.filter_map(|attr| attr.parse_args_with(parse).ok()).flatten().collect()
}

fn text_of(meta: &Meta) -> Option<LitStr> {
    match meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

impl SqlxItem {
    pub(crate) fn read(attrs: &[Attribute]) -> SqlxItem {
        let mut item = SqlxItem::default();
        for meta in sqlx_metas(attrs) {
            let path = meta.path();
            if path.is_ident("rename_all") {
                item.rename_all = text_of(&meta).map(|text| text.value());
            } else if path.is_ident("transparent") {
                item.transparent = true;
            } else if path.is_ident("default") {
                item.default = true;
            }
        }
        item.repr = attrs.iter().filter(|attr| attr.path().is_ident("repr")).any(|attr| {
            let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
            attr.parse_args_with(parse)
                .is_ok_and(|list| list.iter().any(|meta| matches!(meta, Meta::Path(_))))
        });
        item
    }

    /// The name in the database, by the same rules (and the same crate) as sqlx.
    pub(crate) fn renamed(&self, name: &str) -> String {
        match self.rename_all.as_deref() {
            Some("lowercase") => name.to_lowercase(),
            Some("UPPERCASE") => name.to_uppercase(),
            Some("snake_case") => name.to_snake_case(),
            Some("SCREAMING_SNAKE_CASE") => name.to_shouty_snake_case(),
            Some("kebab-case") => name.to_kebab_case(),
            Some("camelCase") => name.to_lower_camel_case(),
            Some("PascalCase") => name.to_upper_camel_case(),
            _ => name.to_owned(),
        }
    }
}

impl SqlxChild {
    pub(crate) fn read(attrs: &[Attribute]) -> SqlxChild {
        let mut child = SqlxChild::default();
        for meta in sqlx_metas(attrs) {
            let path = meta.path();
            if path.is_ident("rename") {
                child.rename = text_of(&meta).map(|text| text.value());
            } else if path.is_ident("try_from") {
                child.try_from = text_of(&meta).and_then(|text| text.parse().ok());
            } else if path.is_ident("default") {
                child.default = true;
            } else if path.is_ident("flatten") {
                child.flatten = true;
            } else if path.is_ident("skip") {
                child.skip = true;
            } else if path.is_ident("json") {
                let nullable = matches!(meta, Meta::List(_));
                child.json = Some(if nullable { Json::Nullable } else { Json::NotNull });
            }
        }
        child
    }
}

/// Which attributes an item may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemKind {
    Struct,
    Enum,
}

/// A column in a list: a field's name, or in quotes the column's own.
pub(crate) enum ColumnName {
    Field(Ident),
    Column(LitStr),
}

/// `index(a, b)` or `index = "(lower(a))"`.
pub(crate) enum IndexAttr {
    Columns(Vec<ColumnName>, Ident),
    Sql(LitStr),
}

/// `foreign_key(a, b, references = "t(x, y)")`.
pub(crate) struct ForeignKeyAttr {
    pub(crate) columns: Vec<ColumnName>,
    pub(crate) target: LitStr,
}

/// `#[model(...)]` on a struct or enum.
#[derive(Default)]
pub(crate) struct ItemAttrs {
    pub(crate) table: Option<LitStr>,
    pub(crate) complete: bool,
    pub(crate) primary_key: Option<(Vec<ColumnName>, Ident)>,
    pub(crate) unique: Vec<IndexAttr>,
    pub(crate) indexes: Vec<IndexAttr>,
    pub(crate) foreign_keys: Vec<ForeignKeyAttr>,
    pub(crate) checks: Vec<LitStr>,
    pub(crate) krate: Option<Path>,
    pub(crate) sqlx: Option<Path>,
}

/// `#[model(...)]` on a field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) primary_key: Option<Ident>,
    pub(crate) unique: Option<Ident>,
    pub(crate) index: Option<Ident>,
    pub(crate) references: Option<LitStr>,
    pub(crate) default: Option<LitStr>,
    pub(crate) checks: Vec<LitStr>,
    pub(crate) sql_type: Option<LitStr>,
    pub(crate) nullable: Option<Ident>,
    pub(crate) not_null: Option<Ident>,
    pub(crate) unguarded: Option<Ident>,
    pub(crate) skip: Option<Ident>,
    /// The first attribute that says something of the column.
    pub(crate) first: Option<Ident>,
}

const OF_STRUCT: [(&str, &str); 9] = [
    ("table", "table = \"users\""),
    ("complete", "complete"),
    ("primary_key", "primary_key(order_id, line_no)"),
    ("unique", "unique(tenant, email)"),
    ("index", "index(tenant, created_at)"),
    ("foreign_key", "foreign_key(tenant, owner, references = \"users(tenant, id)\")"),
    ("check", "check = \"starts_at < ends_at\""),
    ("crate", "crate = path::to::gauntlet"),
    ("sqlx", "sqlx = path::to::sqlx"),
];

const OF_ENUM: [(&str, &str); 2] =
    [("crate", "crate = path::to::gauntlet"), ("sqlx", "sqlx = path::to::sqlx")];

const OF_FIELD: [(&str, &str); 11] = [
    ("primary_key", "primary_key"),
    ("unique", "unique"),
    ("index", "index"),
    ("references", "references = \"orders(id)\""),
    ("default", "default = \"now()\""),
    ("check", "check = \"price >= 0\""),
    ("type", "type = \"varchar(64)\""),
    ("nullable", "nullable"),
    ("not_null", "not_null"),
    ("unguarded", "unguarded"),
    ("skip", "skip"),
];

/// All arguments of all `#[model(...)]`, those with a known name.
fn model_args(attrs: &[Attribute], known: &[(&str, &str)], mistakes: &mut Mistakes) -> Vec<Arg> {
    let mut all = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("model")) {
        match &attr.meta {
            Meta::List(list) => all.extend(args::parse(list.tokens.clone(), mistakes)),
            Meta::Path(_) | Meta::NameValue(_) => {
                let (_, example) = known[0];
                mistakes.at(
                    attr,
                    format!("`model` takes its arguments in parentheses: `#[model({example})]`"),
                );
            }
        }
    }
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let repeatable = ["check", "index", "unique", "foreign_key"];
    let mut seen: Vec<String> = Vec::new();
    all.retain(|Arg { key, .. }| {
        let name = key.to_string();
        if !names.contains(&name.as_str()) {
            mistakes.at(key, unknown("argument", &name, &names));
            return false;
        }
        if seen.contains(&name) && !repeatable.contains(&name.as_str()) {
            mistakes.at(key, format!("`{name}` is given twice"));
            return false;
        }
        seen.push(name);
        true
    });
    all
}

/// The forms of an argument, each with its meaning.
struct Reader<'a> {
    known: &'a [(&'a str, &'a str)],
    mistakes: &'a mut Mistakes,
}

impl Reader<'_> {
    fn example(&self, key: &Ident) -> &str {
        self.known.iter().find(|(name, _)| key == name).map_or("", |(_, example)| *example)
    }

    /// A word without a value.
    fn flag(&mut self, key: Ident, value: Value) -> Option<Ident> {
        match value {
            Value::Missing => return Some(key),
            Value::Is(value) => {
                self.mistakes.at(value, format!("`{key}` takes no value here"));
            }
            Value::List(span, _) => {
                self.mistakes.at_span(span, format!("`{key}` takes no value here"));
            }
        }
        None
    }

    fn path(&mut self, key: Ident, value: Value) -> Option<Path> {
        if let Value::Is(Expr::Path(path)) = value
            && path.qself.is_none()
        {
            return Some(path.path);
        }
        let text = format!("expected a path: `{}`", self.example(&key));
        self.mistakes.at(key, text);
        None
    }

    /// A text that is not empty.
    fn text(&mut self, key: &Ident, value: Value) -> Option<LitStr> {
        let example = self.example(key).to_owned();
        match value {
            Value::Is(expr) => match literal(&expr) {
                Some(Lit::Str(text)) if text.value().trim().is_empty() => {
                    self.mistakes.at(text, format!("this text is empty; expected `{example}`"));
                }
                Some(Lit::Str(text)) => return Some(text.clone()),
                _ => self.mistakes.at(expr, format!("expected a text in quotes: `{example}`")),
            },
            Value::Missing => {
                self.mistakes.at(key, format!("`{key}` needs a value: `{example}`"));
            }
            Value::List(span, _) => {
                let text = format!("`{key}` takes its value after `=`: `{example}`");
                self.mistakes.at_span(span, text);
            }
        }
        None
    }

    /// Columns in parentheses.
    fn columns(&mut self, key: &Ident, list: TokenStream) -> Vec<ColumnName> {
        let mut columns = Vec::new();
        let Some(elements) = args::expressions(list, self.mistakes) else { return columns };
        if elements.is_empty() {
            let text = format!("`{key}` names no column: `{}`", self.example(key));
            self.mistakes.at(key, text);
        }
        for element in elements {
            columns.extend(self.column(element));
        }
        columns
    }

    fn column(&mut self, element: Expr) -> Option<ColumnName> {
        match (&element, literal(&element)) {
            (Expr::Path(path), _) if path.path.get_ident().is_some() => {
                path.path.get_ident().cloned().map(ColumnName::Field)
            }
            (_, Some(Lit::Str(text))) => Some(ColumnName::Column(text.clone())),
            _ => {
                self.mistakes.at(element, "expected the name of a field, or of a column in quotes");
                None
            }
        }
    }

    /// `index(a, b)` or `index = "..."`.
    fn index(&mut self, key: Ident, value: Value) -> Option<IndexAttr> {
        match value {
            Value::List(_, list) => Some(IndexAttr::Columns(self.columns(&key, list), key)),
            Value::Is(expr) => {
                let text = self.text(&key, Value::Is(expr))?;
                let start = text.value().trim_start().to_ascii_uppercase();
                if start.starts_with('(') || start.starts_with("USING") {
                    return Some(IndexAttr::Sql(text));
                }
                let expected = "expected the part that follows `CREATE INDEX ON table`: `\"(lower(email))\"`, `\"USING gin (tags)\"`";
                self.mistakes.at(text, expected);
                None
            }
            Value::Missing => {
                let text =
                    format!("`{key}` on a struct names its columns: `{}`", self.example(&key));
                self.mistakes.at(key, text);
                None
            }
        }
    }

    /// `foreign_key(a, b, references = "t(x, y)")`.
    fn foreign_key(&mut self, key: &Ident, value: Value) -> Option<ForeignKeyAttr> {
        let example = self.example(key).to_owned();
        let Value::List(_, list) = value else {
            self.mistakes.at(key, format!("expected `{example}`"));
            return None;
        };
        let mut columns = Vec::new();
        let mut target = None;
        let elements = args::expressions(list, self.mistakes)?;
        for element in elements {
            if let Expr::Assign(pair) = &element {
                let is_target =
                    matches!(&*pair.left, Expr::Path(p) if p.path.is_ident("references"));
                match literal(&pair.right) {
                    Some(Lit::Str(text)) if is_target => target = Some(text.clone()),
                    _ => self.mistakes.at(&element, "expected `references = \"table(column)\"`"),
                }
            } else {
                columns.extend(self.column(element));
            }
        }
        if columns.is_empty() || target.is_none() {
            self.mistakes.at(key, format!("expected columns and what they refer to: `{example}`"));
        }
        Some(ForeignKeyAttr { columns, target: target? })
    }
}

impl ItemAttrs {
    pub(crate) fn read(attrs: &[Attribute], kind: ItemKind, mistakes: &mut Mistakes) -> ItemAttrs {
        let known: &[_] = if kind == ItemKind::Struct { &OF_STRUCT } else { &OF_ENUM };
        let args = model_args(attrs, known, mistakes);
        let mut read = Reader { known, mistakes };
        let mut item = ItemAttrs::default();
        for Arg { key, value } in args {
            match key.to_string().as_str() {
                "table" => item.table = read.text(&key, value),
                "complete" => item.complete = read.flag(key, value).is_some(),
                "primary_key" => {
                    if let Value::List(_, list) = value {
                        item.primary_key = Some((read.columns(&key, list), key));
                    } else {
                        let text = format!("expected `{}`", read.example(&key));
                        read.mistakes.at(key, text);
                    }
                }
                "unique" => item.unique.extend(read.index(key, value)),
                "index" => item.indexes.extend(read.index(key, value)),
                "foreign_key" => item.foreign_keys.extend(read.foreign_key(&key, value)),
                "check" => item.checks.extend(read.text(&key, value)),
                "sqlx" => item.sqlx = read.path(key, value),
                _ => item.krate = read.path(key, value),
            }
        }
        item
    }
}

impl FieldAttrs {
    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> FieldAttrs {
        let args = model_args(attrs, &OF_FIELD, mistakes);
        let mut read = Reader { known: &OF_FIELD, mistakes };
        let mut field = FieldAttrs::default();
        for Arg { key, value } in args {
            let name = key.to_string();
            if name != "skip" {
                field.first.get_or_insert_with(|| key.clone());
            }
            match name.as_str() {
                "primary_key" => field.primary_key = read.flag(key, value),
                "unique" => field.unique = read.flag(key, value),
                "index" => field.index = read.flag(key, value),
                "references" => field.references = read.text(&key, value),
                "default" => field.default = read.text(&key, value),
                "check" => field.checks.extend(read.text(&key, value)),
                "type" => field.sql_type = read.text(&key, value),
                "nullable" => field.nullable = read.flag(key, value),
                "not_null" => field.not_null = read.flag(key, value),
                "unguarded" => field.unguarded = read.flag(key, value),
                _ => field.skip = read.flag(key, value),
            }
        }
        field
    }
}

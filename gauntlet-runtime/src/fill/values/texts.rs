//! The values of each type.

use super::Constants;
use crate::fill::schema::{Type, TypeKind, Types};

/// How deep composites and arrays are followed.
const DEEP: usize = 4;

/// Values of a type: first those that `constants` suggest, then usual ones and the edges of the type. Some may not be
/// values of it: only the server knows its domains, modifiers and extensions.
/// `count` says how many are wanted of each kind: few, or as many as a key needs.
pub(in crate::fill) fn values(
    types: &Types,
    oid: u32,
    type_sql: &str,
    (constants, count): (&Constants, usize),
) -> Vec<String> {
    let mut all = suggested(types, oid, constants, count);
    all.extend(usual(types, oid, type_sql, DEEP));
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|value| seen.insert(value.clone()));
    all
}

/// The value of a type at a place of a series of different ones, if there can be many. They are unlikely to be those that
/// a script or a sequence uses.
pub(in crate::fill) fn series(
    types: &Types,
    oid: u32,
    type_sql: &str,
    at: usize,
) -> Option<String> {
    series_of(types, oid, type_sql, at, DEEP)
}

fn is_text(found: &Type) -> bool {
    found.category == 'S'
}

fn is_number(found: &Type) -> bool {
    found.category == 'N' && !found.sql.starts_with("reg")
}

/// What the constants say about values of this type.
fn suggested(types: &Types, oid: u32, constants: &Constants, count: usize) -> Vec<String> {
    let Some(found) = types.0.get(&oid) else { return Vec::new() };
    match &found.kind {
        TypeKind::Domain { base, checks, .. } => {
            let mut own = constants.clone();
            for check in checks {
                own.read(check);
            }
            suggested(types, *base, &own, count)
        }
        TypeKind::Array(element) => {
            let elements = suggested(types, *element, constants, count);
            let usual = usual(types, *element, "", DEEP);
            let mut all: Vec<String> = elements.iter().map(|one| array(&[Some(one)])).collect();
            for length in constants.lengths().filter(|length| *length <= 20) {
                let of = |at: usize| elements.get(at).or(usual.get(at % usual.len().max(1)));
                let items: Vec<Option<&String>> =
                    (0..length).filter_map(|at| of(at).map(Some)).collect();
                all.push(array(&items));
            }
            all
        }
        TypeKind::Range(_) | TypeKind::Multirange(_) | TypeKind::Composite(_) => {
            constants.texts.clone()
        }
        TypeKind::Enum(_) => Vec::new(),
        TypeKind::Base if is_text(found) => constants.for_text(count),
        TypeKind::Base if is_number(found) => constants.for_number(&found.sql, count),
        TypeKind::Base if matches!(found.sql.as_str(), "json" | "jsonb") => constants.for_json(),
        TypeKind::Base => constants.texts.clone(),
    }
}

fn usual(types: &Types, oid: u32, type_sql: &str, depth: usize) -> Vec<String> {
    let Some(found) = types.0.get(&oid) else { return Vec::new() };
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    match &found.kind {
        TypeKind::Domain { base, .. } => {
            let base_sql = types.0.get(base).map_or("", |base| base.sql.as_str());
            usual(types, *base, base_sql, depth)
        }
        TypeKind::Enum(labels) => labels.clone(),
        TypeKind::Array(element) => {
            let elements = usual(types, *element, "", depth);
            let mut all = vec!["{}".to_owned()];
            all.extend(elements.first().map(|one| array(&[Some(one)])));
            if let [first, .., last] = &elements[..] {
                all.push(array(&[Some(first), Some(last), None]));
            }
            all.extend(elements.iter().skip(1).take(3).map(|one| array(&[Some(one)])));
            all
        }
        TypeKind::Range(of) => {
            let bound = |at| series_of(types, *of, "", at, depth);
            let mut all = vec!["empty".to_owned(), "(,)".to_owned()];
            if let (Some(low), Some(high)) = (bound(0), bound(5)) {
                all.insert(0, format!("[{},{})", quoted(&low), quoted(&high)));
                all.push(format!("[{},)", quoted(&low)));
                all.push(format!("(,{})", quoted(&high)));
            }
            all
        }
        TypeKind::Multirange(of) => {
            let mut all = vec!["{}".to_owned()];
            all.extend(series_of(types, *of, "", 0, depth).map(|range| format!("{{{range}}}")));
            all.push("{(,)}".to_owned());
            all
        }
        TypeKind::Composite(attributes) => {
            let columns: Vec<Vec<String>> =
                attributes.iter().map(|attribute| usual(types, *attribute, "", depth)).collect();
            let nothing = vec![String::new(); attributes.len()].join(",");
            let row = |at: usize| {
                let items = columns.iter().map(|all| match all.len() {
                    0 => String::new(),
                    n => quoted(&all[at % n]),
                });
                format!("({})", items.collect::<Vec<_>>().join(","))
            };
            (0..4).map(row).chain([format!("({nothing})")]).collect()
        }
        TypeKind::Base => {
            base(found).into_iter().map(str::to_owned).chain(sized(found, type_sql)).collect()
        }
    }
}

/// Values of the types that PostgreSQL brings, by name; of others by their category.
fn base(found: &Type) -> Vec<&'static str> {
    match found.sql.as_str() {
        "smallint" => vec!["7", "0", "-1", "1", "2", "100", "12000"],
        "integer" => vec!["7", "0", "-1", "1", "2", "100", "70000"],
        "bigint" => vec!["7", "0", "-1", "1", "2", "100", "3000000000"],
        "numeric" | "money" => vec!["7", "0", "-1", "1", "0.01", "99.99", "0.5", "-12.345"],
        "real" | "double precision" => vec!["7", "0", "-1", "1", "0.5", "1e10", "Infinity"],
        "oid" | "xid" | "xid8" => vec!["7", "1", "100"],
        "boolean" => vec!["true", "false"],
        "date" => vec![
            "2020-02-29",
            "1970-01-01",
            "2024-12-31",
            "0001-01-01",
            "9999-12-31",
            "infinity",
            "-infinity",
            "2030-06-15",
        ],
        "timestamp without time zone" | "timestamp with time zone" => vec![
            "2020-02-29 12:00:00",
            "1970-01-01 00:00:00",
            "2024-12-31 23:59:59.999999",
            "0001-01-01 00:00:00",
            "9999-12-31 23:59:59",
            "infinity",
            "-infinity",
            "2030-06-15 08:30:00",
        ],
        "time without time zone" | "time with time zone" => {
            vec!["12:00:00", "00:00:00", "23:59:59.999999"]
        }
        "interval" => vec!["1 day", "0", "-1 hour", "1 year 2 months 3.5 seconds", "100 years"],
        "uuid" => vec![
            "00000000-0000-0000-0000-000000000000",
            "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ],
        "json" | "jsonb" => vec![
            "{}",
            "[]",
            "{\"a\": 1, \"b\": \"x\"}",
            "null",
            "1",
            "\"a\"",
            "true",
            "[{\"a\": null}]",
        ],
        "jsonpath" => vec!["$", "$.a"],
        "bytea" => vec!["\\x00", "\\x", "\\xdeadbeef"],
        "inet" => vec!["10.0.0.1", "192.168.0.0/24", "::1"],
        "cidr" => vec!["10.0.0.0/8", "192.168.0.0/24", "::1/128"],
        "macaddr" => vec!["08:00:2b:01:02:03"],
        "macaddr8" => vec!["08:00:2b:01:02:03:04:05"],
        "tsvector" => vec!["a b", "", "word:1A"],
        "tsquery" => vec!["a", "a & !b"],
        "point" => vec!["(1,2)", "(0,0)"],
        "line" => vec!["{1,2,3}"],
        "lseg" => vec!["[(0,0),(1,1)]"],
        "box" => vec!["(1,1),(0,0)"],
        "path" => vec!["[(0,0),(1,1)]", "((0,0),(1,1))"],
        "polygon" => vec!["((0,0),(1,1),(1,0))"],
        "circle" => vec!["<(0,0),1>"],
        "xml" => vec!["<a/>", "<a>b</a>"],
        "pg_lsn" => vec!["0/0", "16/B374D848"],
        "pg_snapshot" | "txid_snapshot" => vec!["10:20:10,14,15"],
        "\"char\"" => vec!["a", "b", ""],
        "name" => vec!["a", "word", ""],
        "regclass" => vec!["pg_catalog.pg_class"],
        "regtype" => vec!["pg_catalog.int4"],
        "regrole" => vec!["pg_monitor"],
        "regnamespace" => vec!["pg_catalog"],
        "bit" | "bit varying" => vec!["0", "1"],
        _ => match found.category {
            'S' => texts(),
            'N' => vec!["7", "0", "-1", "1", "100"],
            'B' => vec!["true", "false"],
            'D' => vec!["2020-02-29", "1970-01-01"],
            'I' => vec!["10.0.0.1"],
            // A type of an extension: a key and a value, labels, places, versions, numbers in brackets.
            _ => vec![
                "a",
                "1",
                "a=>1",
                "",
                "a.b",
                "POINT(1 2)",
                "[1,2,3]",
                "{}",
                "(1,2)",
                "1.2.3",
                "0",
                "true",
                "2020-02-29",
                "978-0-306-40615-7",
                "LINESTRING(0 0,1 1)",
                "POLYGON((0 0,1 0,1 1,0 0))",
            ],
        },
    }
}

fn texts() -> Vec<&'static str> {
    vec![
        "word",
        "",
        "a",
        "Ünïcødé ✓ 日本",
        " two words ",
        "O'Brien; -- \"x\" \\ %",
        "42",
        LONG,
        "ABC",
    ]
}

const LONG: &str = "a long text, a long text, a long text, a long text, a long text, a long text, a long text, a long text, \
a long text, a long text, a long text, a long text, a long text, a long text, a long text, a long text, a long text, \
a long text, a long text, a long text, a long text, a long text, a long text, a long text";

/// Values whose size the modifier says: bits, vectors.
fn sized(found: &Type, type_sql: &str) -> Option<String> {
    let size = modifier(type_sql).filter(|size| *size <= 16_000)?;
    match (found.sql.as_str(), found.category) {
        ("bit" | "bit varying", _) => Some("1".repeat(size)),
        (_, 'U') => Some(format!("[{}]", vec!["1"; size].join(","))),
        _ => None,
    }
}

/// The first number in the parentheses of a type.
fn modifier(type_sql: &str) -> Option<usize> {
    let inside = type_sql.split_once('(')?.1;
    inside.split([',', ')']).next()?.trim().parse().ok()
}

fn series_of(types: &Types, oid: u32, type_sql: &str, at: usize, depth: usize) -> Option<String> {
    let found = types.0.get(&oid)?;
    let depth = depth.checked_sub(1)?;
    match &found.kind {
        TypeKind::Domain { base, .. } => {
            let base_sql = types.0.get(base).map_or("", |base| base.sql.as_str());
            series_of(types, *base, base_sql, at, depth)
        }
        TypeKind::Enum(labels) => labels.get(at).cloned(),
        TypeKind::Array(element) => {
            series_of(types, *element, "", at, depth).map(|one| array(&[Some(&one)]))
        }
        TypeKind::Range(of) => {
            let low = series_of(types, *of, "", 2 * at, depth)?;
            let high = series_of(types, *of, "", 2 * at + 1, depth)?;
            Some(format!("[{},{})", quoted(&low), quoted(&high)))
        }
        TypeKind::Multirange(of) => {
            series_of(types, *of, "", at, depth).map(|range| format!("{{{range}}}"))
        }
        TypeKind::Composite(attributes) => {
            let items: Option<Vec<String>> = attributes
                .iter()
                .map(|attribute| {
                    series_of(types, *attribute, "", at, depth).map(|one| quoted(&one))
                })
                .collect();
            Some(format!("({})", items?.join(",")))
        }
        TypeKind::Base => base_series(found, type_sql, at),
    }
}

fn base_series(found: &Type, type_sql: &str, at: usize) -> Option<String> {
    let (hours, days) = (at % 24, at / 24);
    Some(match found.sql.as_str() {
        "smallint" => (21_001 + at).to_string(),
        "numeric" if modifier(type_sql).is_some_and(|digits| digits < 8) => (1 + at).to_string(),
        "integer" | "bigint" | "numeric" | "real" | "double precision" | "oid" => {
            (700_001 + at).to_string()
        }
        "date" => format!("20{:02}-{:02}-{:02}", 31 + at / 336, 1 + at / 28 % 12, 1 + at % 28),
        "timestamp without time zone" | "timestamp with time zone" => {
            format!(
                "20{:02}-{:02}-{:02} {hours:02}:30:00",
                31 + days / 336,
                1 + days / 28 % 12,
                1 + days % 28
            )
        }
        "time without time zone" | "time with time zone" => {
            format!("{:02}:{:02}:07", at / 60 % 24, at % 60)
        }
        "interval" => format!("{} minutes", 7001 + at),
        "uuid" => format!("00000000-0000-4000-8000-{:012}", 700_001 + at),
        "inet" => format!("10.7.{}.{}", at / 250, 1 + at % 250),
        "cidr" => format!("10.{}.{}.0/24", 7 + at / 250, at % 250),
        "macaddr" => format!("08:00:2b:07:{:02x}:{:02x}", at / 256 % 256, at % 256),
        "macaddr8" => format!("08:00:2b:07:07:07:{:02x}:{:02x}", at / 256 % 256, at % 256),
        "bytea" => format!("\\x07{:04x}", at % 65_536),
        "json" | "jsonb" => format!("{{\"key\": {}}}", 700_001 + at),
        "pg_lsn" => format!("7/{:X}", 700_001 + at),
        "point" => format!("({},7)", 700_001 + at),
        "bit" | "bit varying" => {
            let size = modifier(type_sql).unwrap_or(16).min(64);
            format!("{at:0size$b}")
                .chars()
                .rev()
                .take(size)
                .collect::<String>()
                .chars()
                .rev()
                .collect()
        }
        _ => match found.category {
            'S' => {
                let letter = |n: usize| char::from(b'a' + u8::try_from((n + 16) % 26).unwrap_or(0));
                // Short types keep the beginning.
                if modifier(type_sql) == Some(1) {
                    letter(at).to_string()
                } else {
                    format!("{}{} key", letter(at / 26), letter(at))
                }
            }
            'N' => (700_001 + at).to_string(),
            _ => return None,
        },
    })
}

/// An array of these elements, as text.
fn array(elements: &[Option<&String>]) -> String {
    let item = |element: Option<&String>| match element {
        None => "NULL".to_owned(),
        // Elements that are arrays themselves are written as they are.
        Some(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    };
    format!("{{{}}}", elements.iter().copied().map(item).collect::<Vec<_>>().join(","))
}

/// A part of a composite or a bound of a range, as text.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\"\""))
}

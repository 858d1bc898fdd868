//! One statement from the queries of all kinds (`kinds/<kind>/query.sql`).
//!
//! Every file yields the same columns: `oid`, `sub` (column number or 0), `root` (the `oid` of the
//! object that it hangs on), `schema` (the `oid` of the namespace or 0), `parent`, `name`, and
//! `attributes`, one text of `name=value` pieces. The statement folds each kind into one row of one
//! text: decoding ten thousand rows of nine columns costs a debug build far more than splitting a text.
//!
//! Parameters: `$1` the namespaces to read, `$2` the role whose ownership goes without saying, and,
//! when only some objects are read again, `$3` the roots to read and `$4` what may have something attached.
//!
//! Placeholders in the files:
//!
//! | placeholder | becomes |
//! |---|---|
//! | `{us}` `{gs}` | the separator between pieces, and the one within a piece |
//! | `{in X}` | whether namespace X is to be read |
//! | `{database}` `{superuser}` | `true` or `false` |
//! | `{roots X}` | whether root X is to be read |
//! | `{attached X}` | whether what is attached to object X is to be read |
//! | `{relations}` | `pg_class`, or those of its rows that are to be read |
//! | `{read}` | whether relation `c`, from `{relations}`, is to be read |
//! | `{own CLASS, X}` | whether object X belongs to no extension |
//! | `{owner X}` | `owner=…` where role X is not the owner that goes without saying |
//! | `{acl 'T', ACL, OWNER}` | `acl=…`: owner, default and actual access control list |
//!
//! A line that ends in `--@15+`, `--@<15`, `--@15-16`, `--@super` or `--@nosuper` is there only on those
//! servers or for those roles.

use crate::catalog::kinds::spec::Presence;
use crate::catalog::{Kind, Scope};

/// The characters that stand between the parts of the answer: rows, columns, pieces, parts of a piece.
///
/// User text may hold any character, so the reader counts rows and columns and asks again with the
/// second set when the first is found inside user text.
#[derive(Clone, Copy, Debug)]
pub(in crate::catalog) struct Separators {
    pub(in crate::catalog) row: char,
    pub(in crate::catalog) column: char,
    pub(in crate::catalog) piece: char,
    pub(in crate::catalog) part: char,
}

impl Separators {
    pub(in crate::catalog) const SETS: [Self; 2] = [
        Self { row: '\u{1d}', column: '\u{1e}', piece: '\u{1f}', part: '\u{1c}' },
        Self { row: '\u{10fffa}', column: '\u{10fffb}', piece: '\u{10fffc}', part: '\u{10fffd}' },
    ];
}

/// A property that is attached to objects by their address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::catalog) enum Attachment {
    Comment,
    SecurityLabel,
    ExtensionDependency,
}

impl Attachment {
    pub(in crate::catalog) const ALL: [Self; 3] =
        [Self::Comment, Self::SecurityLabel, Self::ExtensionDependency];

    fn query(self) -> &'static str {
        match self {
            Self::Comment => include_str!("attachments/comment.sql"),
            Self::SecurityLabel => include_str!("attachments/security_label.sql"),
            Self::ExtensionDependency => include_str!("attachments/extension_dependency.sql"),
        }
    }
}

/// The query for the privileges of members of extensions.
const MEMBERS: &str = include_str!("members.sql");

/// An SQL expression: whether members of extensions can have privileges that the extension did not give them. The one
/// extension of most databases has one member that anyone would think of, its language.
pub(in crate::catalog) const ANY_MEMBERS: &str = "EXISTS (SELECT 1 FROM pg_extension WHERE oid >= 16384) \
    OR EXISTS (SELECT 1 FROM pg_language WHERE lanacl IS NOT NULL)";

/// The query for everything that no kind covers.
pub(in crate::catalog) const UNKNOWN: &str = include_str!("unknown.sql");

/// The server, role and scope for which a statement is written.
#[derive(Clone, Copy, Debug)]
pub(in crate::catalog) struct Target {
    /// `server_version_num`.
    pub(in crate::catalog) version: u32,
    pub(in crate::catalog) scope: Scope,
    pub(in crate::catalog) superuser: bool,
    pub(in crate::catalog) extension_members: bool,
    /// True if `$3` lists the roots to read.
    pub(in crate::catalog) roots: bool,
    pub(in crate::catalog) separators: Separators,
}

/// An SQL expression: whether the database has anything of the kinds that most databases lack.
pub(in crate::catalog) fn any_rare() -> String {
    let probes = Kind::ALL.iter().filter_map(|kind| match kind.spec().presence {
        Presence::Rare(rows) => Some(probe(rows)),
        Presence::Always | Presence::Often(_) => None,
    });
    probes.collect::<Vec<_>>().join(" OR ")
}

fn probe(rows: &str) -> String {
    format!("EXISTS (SELECT 1 FROM {rows})")
}

fn is_rare(kind: Kind) -> bool {
    matches!(kind.spec().presence, Presence::Rare(_))
}

/// Kinds that a database has, those that most lack left out: a bit for the place of each in [`Kind::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::catalog) struct Present(u64);

impl Present {
    /// An SQL expression, a `bool[]`: the answer to each probe.
    pub(in crate::catalog) fn question() -> String {
        let probes: Vec<String> = Self::probed().map(|(_, rows)| probe(rows)).collect();
        format!("ARRAY[{}]", probes.join(", "))
    }

    /// What the answer says.
    pub(in crate::catalog) fn from_answer(answer: &[bool]) -> Present {
        let is_always = |kind: &&Kind| kind.spec().presence == Presence::Always;
        let found = Self::probed().zip(answer).filter_map(|((kind, _), is)| is.then_some(kind));
        let kinds = Kind::ALL.iter().filter(is_always).copied().chain(found);
        Present(kinds.fold(0, |bits, kind| bits | Self::bit(kind)))
    }

    fn probed() -> impl Iterator<Item = (Kind, &'static str)> {
        Kind::ALL.iter().filter_map(|kind| match kind.spec().presence {
            Presence::Often(rows) => Some((*kind, rows)),
            Presence::Always | Presence::Rare(_) => None,
        })
    }

    fn bit(kind: Kind) -> u64 {
        1 << (kind as u64)
    }

    fn has(self, kind: Kind) -> bool {
        self.0 & Self::bit(kind) != 0
    }
}

// Each has a bit.
const _: () = assert!(Kind::ALL.len() <= 64);

/// The kinds that a statement asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::catalog) enum Group {
    /// These kinds, and all attachments.
    Common(Present),
    /// The kinds that most databases lack.
    Rare,
    /// The privileges of members of extensions.
    Members,
    /// One kind, without attachments.
    Only(Kind),
    /// The objects that hang on some rows of one catalog, with all attachments.
    Hanging {
        /// `pg_class`, `pg_type` or `pg_proc`.
        class: &'static str,
        /// Also the kinds that most databases lack.
        rare: bool,
    },
}

impl Group {
    fn has(self, kind: Kind) -> bool {
        match self {
            Self::Common(present) => present.has(kind),
            Self::Rare => is_rare(kind),
            Self::Members => false,
            Self::Only(only) => kind == only,
            Self::Hanging { class, rare } => kind.root_class() == class && (rare || !is_rare(kind)),
        }
    }

    fn has_attachments(self) -> bool {
        matches!(self, Self::Common(_) | Self::Hanging { .. })
    }
}

/// The relations among the roots, read once for all kinds that hang on them.
const RELATIONS: &str = "SELECT * FROM pg_class c WHERE c.oid = ANY ($3::oid[]) AND {in c.relnamespace} AND {own pg_class, c.oid}";

/// The number that marks attachments in the answer; kinds are marked by their place in [`Kind::ALL`].
pub(in crate::catalog) const ATTACHMENT: i32 = 1000;
/// The number that marks what is unknown.
pub(in crate::catalog) const NOT_MODELLED: i32 = 1001;
/// The number that marks the privileges of members of extensions.
pub(in crate::catalog) const MEMBER: i32 = 1002;

impl Target {
    /// The statement for a group: one row (`kind`, `count`, `rows`) for each kind.
    pub(in crate::catalog) fn statement(&self, group: Group) -> String {
        let mut pieces: Vec<String> = Vec::with_capacity(Kind::ALL.len() + 4);
        for (number, kind) in (0..).zip(Kind::ALL) {
            if group.has(*kind) {
                pieces.push(self.fold(number, kind.spec().query));
            }
        }
        if group.has_attachments() {
            let attachments = Attachment::ALL.into_iter();
            pieces.extend(attachments.map(|it| self.fold(ATTACHMENT, it.query())));
        }
        if matches!(group, Group::Common(_)) {
            pieces.push(self.fold(NOT_MODELLED, UNKNOWN));
        }
        if group == Group::Members {
            pieces.push(self.fold(MEMBER, MEMBERS));
        }
        // The parameters are mentioned once where their types are certain.
        let pieces = pieces.join("\nUNION ALL\n");
        let types = if self.roots {
            "$1::oid[], $2::oid, $3::oid[], $4::oid[]"
        } else {
            "$1::oid[], $2::oid"
        };
        let relations = if self.roots && pieces.contains("relations c") {
            format!(", relations AS MATERIALIZED ({})", self.expand(RELATIONS))
        } else {
            String::new()
        };
        format!("WITH parameters AS (SELECT {types}){relations}\n{pieces}")
    }

    fn fold(&self, number: i32, file: &str) -> String {
        let Separators { row, column, .. } = self.separators;
        format!(
            "SELECT {number}::int4 AS kind, count(*) AS count, string_agg(concat_ws({}, q.oid, q.sub, q.root, q.schema, \
             q.parent, q.name, q.attributes), {}) AS rows FROM (\n{}\n) q",
            sql_char(column),
            sql_char(row),
            self.fill(file)
        )
    }

    /// Fills the placeholders of one file.
    fn fill(&self, file: &str) -> String {
        let mut out = String::with_capacity(file.len() * 2);
        for line in file.lines() {
            if line.trim_start().starts_with("-- ") {
                continue;
            }
            let line = match line.split_once("--@") {
                Some((code, rule)) if self.applies(rule.trim()) => code,
                Some(_) => continue,
                None => line,
            };
            out.push_str(line);
            out.push('\n');
        }
        self.expand(&out)
    }

    fn applies(&self, rule: &str) -> bool {
        let major = self.version / 10_000;
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        if rule == "super" {
            self.superuser
        } else if rule == "nosuper" {
            !self.superuser
        } else if let Some(from) = rule.strip_suffix('+') {
            major >= number(from)
        } else if let Some(below) = rule.strip_prefix('<') {
            major < number(below)
        } else if let Some((from, to)) = rule.split_once('-') {
            (number(from)..=number(to)).contains(&major)
        } else {
            false
        }
    }

    fn expand(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() * 2);
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let Some(length) = rest[start..].find('}') else { break };
            out.push_str(&rest[..start]);
            let inside = &rest[start + 1..start + length];
            match self.placeholder(inside) {
                Some(filled) => out.push_str(&filled),
                None => out.push_str(&rest[start..=start + length]),
            }
            rest = &rest[start + length + 1..];
        }
        out.push_str(rest);
        out
    }

    /// The text of a placeholder; `None` for braces that are SQL's own, such as `'{}'`.
    fn placeholder(&self, inside: &str) -> Option<String> {
        let (word, arguments) = inside.split_once(' ').unwrap_or((inside, ""));
        let mut arguments = arguments.splitn(3, ", ");
        let mut next = || arguments.next().unwrap_or_default();
        Some(match word {
            "us" => self.separators.piece.to_string(),
            "gs" => self.separators.part.to_string(),
            "in" => format!("{} = ANY ($1::oid[])", next()),
            "database" => (self.scope == Scope::Database).to_string(),
            "superuser" => self.superuser.to_string(),
            "roots" if self.roots => format!("{} = ANY ($3::oid[])", next()),
            "attached" if self.roots => format!("{} = ANY ($4::oid[])", next()),
            "roots" | "attached" => "true".to_owned(),
            "relations" if self.roots => "relations".to_owned(),
            "relations" => "pg_class".to_owned(),
            "read" if self.roots => "true".to_owned(),
            "read" => self.expand("{in c.relnamespace} AND {own pg_class, c.oid}"),
            "own" if self.extension_members => "true".to_owned(),
            "own" => format!(
                "NOT EXISTS (SELECT 1 FROM pg_depend member WHERE member.classid = '{}'::regclass AND member.objid = {} \
                 AND member.deptype = 'e')",
                next(),
                next()
            ),
            "owner" => {
                let owner = next();
                format!(
                    "CASE WHEN {owner} <> $2::oid THEN 'owner=' || pg_get_userbyid({owner}) END"
                )
            }
            "acl" => {
                let (kind, acl, owner) = (next(), next(), next());
                format!(
                    "CASE WHEN {acl} IS NOT NULL THEN 'acl=' || concat_ws('{}', pg_get_userbyid({owner}), \
                     acldefault({kind}, {owner})::text, {acl}::text) END",
                    self.separators.part
                )
            }
            _ => return None,
        })
    }
}

fn sql_char(c: char) -> String {
    format!("'{c}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(version: u32) -> Target {
        Target {
            version,
            scope: Scope::Database,
            superuser: true,
            extension_members: false,
            roots: false,
            separators: Separators::SETS[0],
        }
    }

    #[test]
    fn lines_follow_the_version() {
        let file = "-- Comment.\na, --@15+\nb, --@<15\nc, --@15-16\nd\n";
        assert_eq!(target(140_000).fill(file), "b, \nd\n");
        assert_eq!(target(160_002).fill(file), "a, \nc, \nd\n");
        assert_eq!(target(180_000).fill(file), "a, \nd\n");
    }

    #[test]
    fn every_placeholder_of_every_file_is_filled() {
        for version in [140_000, 180_000] {
            let target = target(version);
            let all = Present::from_answer(&vec![true; Kind::ALL.len()]);
            let statement = target.statement(Group::Common(all)) + &target.statement(Group::Rare);
            let target = Target { roots: true, ..target };
            let again = Group::Hanging { class: "pg_class", rare: true };
            let statement = statement + &target.statement(again);
            for word in [
                "{us",
                "{gs",
                "{in",
                "{roots",
                "{attached",
                "{relations",
                "{read",
                "{own",
                "{acl",
                "{data",
                "{super",
                "--@",
            ] {
                assert!(!statement.contains(word), "{word} is left");
            }
        }
    }

    #[test]
    fn braces_of_sql_stay() {
        assert_eq!(
            target(150_000).expand("'{}' {in c.x} '{0}'"),
            "'{}' c.x = ANY ($1::oid[]) '{0}'"
        );
    }
}

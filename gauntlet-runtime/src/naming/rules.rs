//! A rule for each kind of name, and the judgement of one name.

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;

use super::convention::{Affix, of_most};
use super::{NameKind, Pattern, Rule, Subject, is_invented};
use crate::names::{MAX_IDENTIFIER_BYTES, truncate_ident};

/// The naming rules of a suite.
///
/// The default: indexes `idx_…`, `uq_…`, `…_idx`, `…_pkey` or `…_key`; foreign keys `fk_…` or `…_fkey`; check constraints
/// `chk_…` or `…_check`; unique constraints `uq_…` or `…_key`; primary keys `pk_…` or `…_pkey`; no rule for the
/// other kinds. Where more than half of the names of a kind, and at least three, share another affix, that affix is right
/// as well, unless the kind is given a rule: an existing schema is judged by its own convention. A name that PostgreSQL
/// invented because the migration gave none is right under every rule, unless
/// [`judge_invented`](Self::judge_invented) is set.
#[derive(Debug, Clone)]
pub struct NamingRules {
    rules: BTreeMap<NameKind, Rule>,
    /// The kinds whose rule is the default, which adopts the affixes of the schema.
    adopting: BTreeSet<NameKind>,
    excused: BTreeSet<String>,
    judge_invented: bool,
    mistakes: Vec<String>,
}

impl Default for NamingRules {
    fn default() -> NamingRules {
        let mut rules = NamingRules::none()
            .affixes(NameKind::Index, &["idx_", "uq_"], &["_idx", "_pkey", "_key"])
            .affixes(NameKind::ForeignKey, &["fk_"], &["_fkey"])
            .affixes(NameKind::Check, &["chk_"], &["_check"])
            .affixes(NameKind::Unique, &["uq_"], &["_key"])
            .affixes(NameKind::PrimaryKey, &["pk_"], &["_pkey"]);
        rules.adopting = rules.rules.keys().copied().collect();
        rules
    }
}

impl NamingRules {
    /// No rule at all: the start of rules of one's own.
    pub fn none() -> NamingRules {
        NamingRules {
            rules: BTreeMap::new(),
            adopting: BTreeSet::new(),
            excused: BTreeSet::new(),
            judge_invented: false,
            mistakes: Vec::new(),
        }
    }

    /// The names that PostgreSQL itself gives: `{table}_pkey`, `{table}_{columns}_key`, `{table}_{columns}_fkey`,
    /// `{table}_{columns}_idx`, `…_check`, `…_seq`.
    pub fn postgres() -> NamingRules {
        NamingRules::none()
            .template(NameKind::PrimaryKey, "{table}_pkey")
            .template(NameKind::Unique, "{table}_{columns}_key")
            .template(NameKind::ForeignKey, "{table}_{columns}_fkey")
            .template(NameKind::Index, "{table}_{columns}_idx")
            .affixes(NameKind::Check, &[], &["_check"])
            .affixes(NameKind::Sequence, &[], &["_seq"])
    }

    /// Names of this kind begin with one of `prefixes` or end with one of `suffixes`.
    #[must_use]
    pub fn affixes(mut self, kind: NameKind, prefixes: &[&str], suffixes: &[&str]) -> NamingRules {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        self.set(kind, Rule::Affixes { prefixes: owned(prefixes), suffixes: owned(suffixes) });
        self
    }

    fn set(&mut self, kind: NameKind, rule: Rule) {
        self.adopting.remove(&kind);
        self.rules.insert(kind, rule);
    }

    /// Names of this kind follow a template such as `idx_{table}_{columns}`. With a placeholder other than `{table}` and
    /// `{columns}` no check of the suite can run, and each says so.
    #[must_use]
    pub fn template(mut self, kind: NameKind, template: &str) -> NamingRules {
        let rest = template.replace("{table}", "").replace("{columns}", "");
        if rest.contains(['{', '}']) {
            self.mistakes.push(format!(
                "the template \"{template}\" for {kind} has a placeholder other than {{table}} and {{columns}}"
            ));
        }
        self.set(kind, Rule::Template(template.to_owned()));
        self
    }

    /// Names of this kind match a regular expression as a whole. The syntax is that of the `regex` crate without its
    /// Unicode classes: `\w` and `\d` are ASCII. With an invalid expression no check of the suite can run, and each says so.
    #[must_use]
    pub fn regex(mut self, kind: NameKind, expression: &str) -> NamingRules {
        match Regex::new(&format!("^(?:{expression})$")) {
            Ok(regex) => {
                self.set(kind, Rule::Regex(Pattern(regex)));
            }
            Err(error) => self.mistakes.push(format!(
                "the expression \"{expression}\" for {kind} is not a valid regular expression: {error}"
            )),
        }
        self
    }

    /// What is wrong with the rules themselves.
    pub(crate) fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    /// Names of this kind have no rule.
    #[must_use]
    pub fn without(mut self, kind: NameKind) -> NamingRules {
        self.adopting.remove(&kind);
        self.rules.remove(&kind);
        self
    }

    /// Names that are right whatever they name, unquoted, such as `old_idx`. A name that nothing at head has is a note.
    #[must_use]
    pub fn except(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> NamingRules {
        self.excused.extend(names.into_iter().map(|name| name.as_ref().to_owned()));
        self
    }

    /// The names that are excused.
    pub(crate) fn excused(&self) -> &BTreeSet<String> {
        &self.excused
    }

    /// These rules with the affixes that most names of a schema have, for the kinds that have the default rule.
    pub(crate) fn adopting(&self, names: &[Subject<'_>]) -> NamingRules {
        let mut rules = self.clone();
        for kind in &self.adopting {
            let of_kind = names.iter().filter(|subject| subject.kind == *kind);
            let chosen: Vec<_> = of_kind.filter(|subject| !is_invented(subject)).cloned().collect();
            let Some(Rule::Affixes { prefixes, suffixes }) = rules.rules.get_mut(kind) else {
                continue;
            };
            for affix in of_most(&chosen) {
                let (list, affix) = match affix {
                    Affix::Prefix(prefix) => (&mut *prefixes, prefix),
                    Affix::Suffix(suffix) => (&mut *suffixes, suffix),
                };
                if !list.contains(&affix) {
                    list.push(affix);
                }
            }
        }
        rules
    }

    /// Sets whether names that PostgreSQL invented are judged as well. Default: `false`.
    #[must_use]
    pub fn judge_invented(mut self, judge: bool) -> NamingRules {
        self.judge_invented = judge;
        self
    }

    /// Returns true if nobody gave a rule for this kind.
    pub(crate) fn is_default(&self, kind: NameKind) -> bool {
        self.adopting.contains(&kind)
    }

    /// Returns true if names that PostgreSQL invented are judged as well.
    pub(crate) fn judges_invented(&self) -> bool {
        self.judge_invented
    }

    /// The rule for a kind of name, if there is one.
    #[doc(hidden)]
    pub fn rule(&self, kind: NameKind) -> Option<&Rule> {
        self.rules.get(&kind)
    }

    /// The rule that a name breaks, if it breaks one.
    #[doc(hidden)]
    pub fn broken_by(&self, subject: &Subject<'_>) -> Option<&Rule> {
        let rule = self.rules.get(&subject.kind)?;
        let fits = match rule {
            Rule::Affixes { prefixes, suffixes } => {
                prefixes.iter().any(|p| subject.name.starts_with(p.as_str()))
                    || suffixes.iter().any(|s| subject.name.ends_with(s.as_str()))
            }
            Rule::Template(template) => fits_template(template, subject),
            Rule::Regex(pattern) => pattern.matches(subject.name),
        };
        let excused =
            self.excused.contains(subject.name) || (!self.judge_invented && is_invented(subject));
        if fits || excused { None } else { Some(rule) }
    }

    /// A name that would be right, when it is known. At most 63 bytes.
    #[doc(hidden)]
    pub fn right_name(&self, subject: &Subject<'_>) -> Option<String> {
        let name = match self.rules.get(&subject.kind)? {
            Rule::Affixes { prefixes, suffixes } => affixed(prefixes, suffixes, subject)?,
            Rule::Template(template) => {
                if template.contains("{columns}") && subject.columns.is_empty() {
                    return None;
                }
                fill(template, subject)
            }
            Rule::Regex(_) => return None,
        };
        let name = truncate_ident(&name, MAX_IDENTIFIER_BYTES).to_owned();
        let renamed = Subject { name: &name, ..subject.clone() };
        (name != subject.name && self.broken_by(&renamed).is_none()).then_some(name)
    }
}

fn fill(template: &str, subject: &Subject<'_>) -> String {
    template.replace("{table}", subject.table).replace("{columns}", &subject.columns.join("_"))
}

fn fits_template(template: &str, subject: &Subject<'_>) -> bool {
    if template.contains("{columns}") && subject.columns.is_empty() {
        let (before, after) = template.split_once("{columns}").unwrap_or((template, ""));
        let (before, after) = (fill(before, subject), fill(after, subject));
        return subject.name.len() > before.len() + after.len()
            && subject.name.starts_with(&before)
            && subject.name.ends_with(&after);
    }
    let right = fill(template, subject);
    subject.name == truncate_ident(&right, MAX_IDENTIFIER_BYTES)
}

/// The first prefix (or suffix) around the table and its columns; around the present name, without an affix that
/// it may have, where there are no columns.
fn affixed(prefixes: &[String], suffixes: &[String], subject: &Subject<'_>) -> Option<String> {
    let core = match subject.kind {
        NameKind::PrimaryKey => subject.table.to_owned(),
        NameKind::Index | NameKind::Unique | NameKind::ForeignKey
            if !subject.columns.is_empty() =>
        {
            format!("{}_{}", subject.table, subject.columns.join("_"))
        }
        _ => bare(subject),
    };
    match (prefixes.first(), suffixes.first()) {
        (Some(prefix), _) => Some(format!("{prefix}{core}")),
        (None, Some(suffix)) => Some(format!("{core}{suffix}")),
        (None, None) => None,
    }
}

/// The name without the affixes that people and PostgreSQL commonly give.
fn bare(subject: &Subject<'_>) -> String {
    const COMMON: &[&str] = &[
        "idx", "ix", "index", "chk", "ck", "check", "fk", "fkey", "uq", "key", "pk", "pkey", "seq",
        "trg",
    ];
    let mut core = subject.name;
    for affix in COMMON {
        let prefix = core.strip_prefix(affix).and_then(|rest| rest.strip_prefix('_'));
        let suffix = core.strip_suffix(affix).and_then(|rest| rest.strip_suffix('_'));
        core = prefix.or(suffix).filter(|rest| !rest.is_empty()).unwrap_or(core);
    }
    core.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rules: &NamingRules, kind: NameKind, name: &str, right: Option<&str>) {
        let columns = ["email".to_owned()];
        let subject = Subject { kind, table: "users", columns: &columns, name };
        let broken = rules.broken_by(&subject).is_some();
        assert_eq!(broken, right.is_some(), "{name}");
        if let Some(right) = right {
            assert_eq!(rules.right_name(&subject).as_deref(), Some(right), "{name}");
        }
    }

    #[test]
    fn defaults() {
        let rules = NamingRules::default();
        check(&rules, NameKind::Index, "idx_users_email", None);
        check(&rules, NameKind::Index, "users_email_idx", None);
        check(&rules, NameKind::Index, "by_email", Some("idx_users_email"));
        check(&rules, NameKind::ForeignKey, "users_email_fkey", None);
        check(&rules, NameKind::ForeignKey, "to_mail", Some("fk_users_email"));
        check(&rules, NameKind::Check, "chk_email", None);
        check(&rules, NameKind::Check, "any_check", None);
        check(&rules, NameKind::Check, "email_ck", Some("chk_email"));
        check(&rules, NameKind::Unique, "email_unique", Some("uq_users_email"));
        check(&rules, NameKind::PrimaryKey, "users_primary", Some("pk_users"));
    }

    #[test]
    fn names_that_nobody_chose_are_right() {
        let rules = NamingRules::default();
        check(&rules, NameKind::Check, "users_email_check", None);
        check(&rules, NameKind::Check, "users_email_check1", None);
        let judging = rules.affixes(NameKind::Check, &["chk_"], &[]).judge_invented(true);
        check(&judging, NameKind::Check, "users_email_check", Some("chk_users_email"));
        let excusing = judging.except(["users_email_check"]);
        check(&excusing, NameKind::Check, "users_email_check", None);
    }

    #[test]
    fn templates_and_expressions() {
        let rules = NamingRules::none()
            .template(NameKind::Index, "idx_{table}_{columns}")
            .regex(NameKind::Check, "[a-z_]+_ok");
        check(&rules, NameKind::Index, "idx_users_email", None);
        check(&rules, NameKind::Index, "idx_users_mail", Some("idx_users_email"));
        check(&rules, NameKind::Check, "email_ok", None);
        let on_expression = Subject {
            kind: NameKind::Index,
            table: "users",
            columns: &[],
            name: "idx_users_lower",
        };
        assert!(rules.broken_by(&on_expression).is_none());
        let long = "c".repeat(80);
        let columns = [long.clone()];
        let cut = format!("idx_users_{long}")[..63].to_owned();
        let subject =
            Subject { kind: NameKind::Index, table: "users", columns: &columns, name: &cut };
        assert!(rules.broken_by(&subject).is_none());
    }
}

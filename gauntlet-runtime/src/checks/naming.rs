//! `naming`: the names at head follow the suite's naming rules.
//!
//! It judges the names that a migration chose. Names that PostgreSQL or an extension chose (partition children, the
//! index of a constraint, the sequence of an identity column) raise no finding, even if the table was renamed since.
//! Several names of one kind are one finding.
//!
//! Examples that pass and fail: `tests/it/gallery/naming.rs`.

use std::collections::BTreeMap;

use super::outcome::{CheckError, Outcome};
use super::parts::new_only::Judge;
use super::parts::right_names::RightNames;
use super::parts::written::{Written, written};
use crate::catalog::{Kind, Object, ObjectId};
use crate::context::Context;
use crate::finding::{DeclaredValue, Fact, Finding, NamesOfKind, Severity};
use crate::names::{MAX_IDENTIFIER_BYTES, quote_if_needed};
use crate::naming::{self, NameKind, NamingRules, Rule, Subject, ends_like_invented};

/// The number of names up to which a rename is proposed for each. More of them are the habits of an existing schema, for
/// which there is the setting that accepts them.
const RENAMED: usize = 5;

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let head = cx.head().await.map_err(CheckError::Shared)?;
    let compared = head.compared(&cx.settings().diff);
    let cuts = cut_names(cx, &compared);
    let named: Vec<Named<'_>> = compared
        .into_iter()
        .filter_map(|(id, object)| {
            Named::of(id, object, cuts.get(id).map_or(&id.name, |written| &written.name))
        })
        .collect();
    let subjects: Vec<Subject<'_>> = named.iter().map(|named| named.subject.clone()).collect();
    let rules = cx.settings().naming.adopting(&subjects);
    let mut right_names = RightNames::new(&rules, &head);
    let mut kinds: BTreeMap<NameKind, OfKind<'_>> = BTreeMap::new();
    let mut notes = Vec::new();
    for Named { id, object, subject } in named {
        let of_kind = kinds.entry(subject.kind).or_default();
        let Some(rule) = rules.broken_by(&subject) else {
            notes.extend(cuts.get(id).map(|written| name_cut(id, subject.kind, written)));
            of_kind.right.push(subject);
            continue;
        };
        let right = right_names.of(id, object, &subject);
        let right = right.map(|right| (right_names.rename(id, &right), right));
        let found = || written(cx.whole_history(), &id.name, id.parent.as_deref());
        let elsewhere = if cuts.contains_key(id) { None } else { found() };
        let place = cuts.get(id).or(elsewhere.as_ref());
        let finding = broken(id, &subject, rule, right, place);
        let invented = finding.position.is_none()
            && !rules.judges_invented()
            && ends_like_invented(subject.kind, &id.name);
        if invented {
            of_kind.right.push(subject);
        } else {
            of_kind.wrong.push((subject, finding));
            of_kind.ids.push(id);
        }
    }
    let accepted = accept(&rules, &kinds);
    let mut findings = Vec::new();
    let any_wrong = kinds.values().any(|of_kind| !of_kind.wrong.is_empty());
    if let Some(mut judge) = Judge::of(cx, any_wrong).await? {
        for (kind, of_kind) in &mut kinds {
            let shipped = of_kind.take_shipped(&mut judge);
            let Some(rule) = rules.rule(*kind) else { continue };
            if let Some(finding) = shipped.finding(*kind, rule, false) {
                notes.push(Finding { severity: Severity::Note, ..finding });
            }
        }
        notes.push(judge.note());
    }
    let few = kinds.values().map(|of_kind| of_kind.wrong.len()).sum::<usize>() <= RENAMED;
    for (kind, of_kind) in kinds {
        let Some(rule) = rules.rule(kind) else { continue };
        // Who gives a rule of their own wants names that follow it.
        let own = !rules.is_default(kind) && of_kind.wrong.len() <= RENAMED;
        let Some(mut finding) = of_kind.finding(kind, rule, few || own) else { continue };
        if let Some(accepted) = &accepted {
            finding =
                finding.help_declare("to accept the names that exist", "naming", accepted.clone());
        }
        findings.push(finding);
    }
    findings.extend(notes);
    findings.extend(idle_exceptions(&rules, &subjects));
    Ok(findings)
}

/// An object whose name can have a rule.
struct Named<'a> {
    id: &'a ObjectId,
    object: &'a Object,
    subject: Subject<'a>,
}

impl<'a> Named<'a> {
    /// `name` is the one that a script gives it, where PostgreSQL kept only its beginning.
    fn of(id: &'a ObjectId, object: &'a Object, name: &'a str) -> Option<Named<'a>> {
        let kind = name_kind(id, object)?;
        let mut columns = object.fact_list("columns");
        if kind == NameKind::Index && object.list("keys").len() != columns.len() {
            // The columns next to an expression say only a part of what the index is about.
            columns = &[];
        }
        let table = id.parent.as_deref().unwrap_or(&id.name);
        Some(Named { id, object, subject: Subject { kind, table, columns, name } })
    }
}

/// The names of one kind.
#[derive(Default)]
struct OfKind<'a> {
    right: Vec<Subject<'a>>,
    wrong: Vec<(Subject<'a>, Finding)>,
    /// The objects of the wrong names, in their order.
    ids: Vec<&'a ObjectId>,
}

impl<'a> OfKind<'a> {
    /// The wrong names of objects that have shipped, which are not judged.
    fn take_shipped(&mut self, judge: &mut Judge) -> OfKind<'a> {
        let mut shipped = OfKind { right: self.right.clone(), ..OfKind::default() };
        let ids = std::mem::take(&mut self.ids);
        for (wrong, id) in std::mem::take(&mut self.wrong).into_iter().zip(ids) {
            let of_kind = if judge.has_shipped(id) { &mut shipped } else { &mut *self };
            of_kind.wrong.push(wrong);
            of_kind.ids.push(id);
        }
        shipped
    }

    /// One finding for the names that break their rule.
    fn finding(mut self, kind: NameKind, rule: &Rule, rename: bool) -> Option<Finding> {
        let count = self.wrong.len();
        if count == 0 || (count == 1 && rename) {
            return self.wrong.pop().map(|(_, finding)| finding);
        }
        let breaks = if count == 1 { "breaks" } else { "break" };
        let title = format!(
            "{count} of {} {} {breaks} the naming rule: {rule}",
            count + self.right.len(),
            kind.plural()
        );
        let mut finding = Finding::failure("name", title);
        // The place of the first of them that stands in a script.
        if let Some((_, first)) = self.wrong.iter().find(|(_, one)| one.position.is_some()) {
            finding.version.clone_from(&first.version);
            finding.file.clone_from(&first.file);
            finding.position = first.position;
        }
        let names = self.wrong.iter().map(|(subject, _)| match kind {
            NameKind::Table | NameKind::View | NameKind::Enum | NameKind::Sequence => {
                quote_if_needed(subject.name)
            }
            _ => format!("{} on {}", quote_if_needed(subject.name), quote_if_needed(subject.table)),
        });
        finding.facts.push(Fact::Objects(names.collect()));
        let renames = self
            .wrong
            .iter()
            .flat_map(|(_, one)| &one.help)
            .filter_map(|help| Some(help.code.as_ref()?.text.as_str()));
        let renames: Vec<&str> = renames.collect();
        if rename && renames.len() == count {
            finding = finding.help_sql("rename them in a migration", renames.join("\n"));
        }
        Some(finding)
    }
}

/// The setting that accepts the names of every kind as they are; `None` where it would have to take back a rule of the
/// user's own.
fn accept(rules: &NamingRules, kinds: &BTreeMap<NameKind, OfKind<'_>>) -> Option<DeclaredValue> {
    let (mut accepted, mut except) = (Vec::new(), Vec::new());
    for (kind, of_kind) in kinds.iter().filter(|(_, of_kind)| !of_kind.wrong.is_empty()) {
        let wrong: Vec<Subject<'_>> =
            of_kind.wrong.iter().map(|(subject, _)| subject.clone()).collect();
        let own = !rules.is_default(*kind);
        match naming::accept(rules.rule(*kind)?, &of_kind.right, &wrong) {
            Some(acceptance) if acceptance.globs.is_none() || !own => {
                except.extend(acceptance.except);
                if acceptance.globs.is_some() {
                    accepted.push(NamesOfKind::new(kind.word(), acceptance.globs));
                }
            }
            None if !own => accepted.push(NamesOfKind::new(kind.word(), None)),
            _ => return None,
        }
    }
    except.sort();
    except.dedup();
    Some(DeclaredValue::Naming { kinds: accepted, except })
}

/// Exceptions for names that nothing at head has.
fn idle_exceptions(rules: &NamingRules, subjects: &[Subject<'_>]) -> Vec<Finding> {
    let idle = rules.excused().iter().filter(|name| !subjects.iter().any(|s| s.name == *name));
    idle.map(|name| {
        let title = format!("the exception \"{name}\" of `naming` excuses nothing");
        Finding::note("idle_exception", title).help("remove it, or correct its spelling")
    })
    .collect()
}

fn name_kind(id: &ObjectId, object: &Object) -> Option<NameKind> {
    Some(match id.kind {
        Kind::Index if !object.has("attached_to") => NameKind::Index,
        Kind::Constraint if !object.has("inherited") && !object.has("attached_to") => {
            match object.text("type")? {
                "primary key" => NameKind::PrimaryKey,
                "unique" => NameKind::Unique,
                "foreign key" => NameKind::ForeignKey,
                "check" => NameKind::Check,
                _ => return None,
            }
        }
        Kind::Sequence => NameKind::Sequence,
        Kind::Enum => NameKind::Enum,
        Kind::Trigger => NameKind::Trigger,
        Kind::View | Kind::MaterializedView => NameKind::View,
        Kind::Table | Kind::ForeignTable => NameKind::Table,
        Kind::Column => NameKind::Column,
        _ => return None,
    })
}

/// The finding for a name that breaks its rule; `right` is the statement that renames the object, with its right name.
fn broken(
    id: &ObjectId,
    subject: &Subject<'_>,
    rule: &Rule,
    right: Option<(String, String)>,
    place: Option<&Written<'_>>,
) -> Finding {
    let wanted = match (&right, rule) {
        (Some((_, right)), Rule::Template(template)) => format!("{right} (by the rule {template})"),
        _ => rule.to_string(),
    };
    let title = format!("the {} breaks the naming rule", reported(id, subject.kind));
    let finding =
        Finding::failure("name", title).object(id.to_string()).values(wanted, subject.name);
    let finding = introduced(finding, place);
    match right {
        Some((rename, _)) => finding.help_sql("rename it in a migration", rename),
        None => finding.help("rename it in a migration, or change the rule with `naming = ...`"),
    }
}

/// The most bytes that a character takes in UTF-8.
const LONGEST_CHARACTER: usize = 4;

/// The names that scripts spell out longer than PostgreSQL keeps them. It cuts between characters.
fn cut_names<'a, 'h>(
    cx: &'h Context<'_>,
    compared: &[(&'a ObjectId, &'a Object)],
) -> BTreeMap<&'a ObjectId, Written<'h>> {
    let long = compared.iter().filter(|(id, object)| {
        id.name.len() + LONGEST_CHARACTER > MAX_IDENTIFIER_BYTES && name_kind(id, object).is_some()
    });
    long.filter_map(|(id, _)| {
        let written = written(cx.whole_history(), &id.name, id.parent.as_deref())?;
        written.is_cut().then_some((*id, written))
    })
    .collect()
}

fn name_cut(id: &ObjectId, kind: NameKind, place: &Written<'_>) -> Finding {
    let title = format!(
        "PostgreSQL cut the name of the {} to {MAX_IDENTIFIER_BYTES} bytes",
        reported(id, kind)
    );
    introduced(Finding::note("name_cut", title), Some(place)).help("give it a shorter name")
}

fn reported(id: &ObjectId, kind: NameKind) -> String {
    let (name, parent) = (quote_if_needed(&id.name), id.parent.as_deref().map(quote_if_needed));
    let schema =
        id.schema.as_deref().map(|s| format!("{}.", quote_if_needed(s))).unwrap_or_default();
    match parent {
        Some(parent) => format!("{kind} {name} on {schema}{parent}"),
        None => format!("{kind} {schema}{name}"),
    }
}

/// The finding with the place in the scripts at which the name stands first, if it stands in one.
fn introduced(finding: Finding, place: Option<&Written<'_>>) -> Finding {
    let Some(place) = place else { return finding };
    let mut finding = finding.at_up(place.migration);
    finding.position = Some(place.position);
    finding
}

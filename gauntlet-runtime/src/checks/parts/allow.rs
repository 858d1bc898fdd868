//! A help that excepts what was found names all that its setting holds already, since a setting is given once.

use crate::context::{InterruptedRules, LockRules, PopulatedRules};
use crate::finding::{DeclaredValue, Finding};

/// The part of a setting that lists exceptions.
const ALLOW: &str = "allow";

/// What a setting holds already.
pub(in crate::checks) struct Given {
    setting: &'static str,
    all: bool,
    allow: DeclaredValue,
    max_rows: Option<u64>,
}

impl From<&LockRules> for Given {
    fn from(LockRules { all, allow, max_rows }: &LockRules) -> Given {
        let allow = DeclaredValue::Texts(allow.clone());
        Given { setting: "locks", all: *all, allow, max_rows: *max_rows }
    }
}

impl From<&PopulatedRules> for Given {
    fn from(PopulatedRules { all, allow }: &PopulatedRules) -> Given {
        let allow = DeclaredValue::Versions(allow.clone());
        Given { setting: "populated", all: *all, allow, max_rows: None }
    }
}

impl From<&InterruptedRules> for Given {
    fn from(InterruptedRules { all, allow }: &InterruptedRules) -> Given {
        let allow = DeclaredValue::Versions(allow.clone());
        Given { setting: "interrupted", all: *all, allow, max_rows: None }
    }
}

impl Given {
    /// Completes the exceptions that findings propose.
    pub(in crate::checks) fn complete(&self, findings: &mut [Finding]) {
        let helps = findings.iter_mut().flat_map(|finding| &mut finding.help);
        let declared = helps.filter_map(|help| help.declare.as_mut());
        for declaration in declared.filter(|one| one.setting == self.setting) {
            if let DeclaredValue::Parts(parts) = &mut declaration.value {
                self.add_to(parts);
            }
        }
    }

    fn add_to(&self, parts: &mut Vec<(String, DeclaredValue)>) {
        let proposed = parts.iter_mut().filter(|(name, _)| name == ALLOW).map(|(_, value)| value);
        for proposed in proposed {
            match (&self.allow, proposed) {
                (DeclaredValue::Texts(given), DeclaredValue::Texts(proposed)) => {
                    proposed.splice(0..0, given.iter().cloned());
                }
                (DeclaredValue::Versions(given), DeclaredValue::Versions(proposed)) => {
                    proposed.splice(0..0, given.iter().cloned());
                }
                _ => {}
            }
        }
        if self.all {
            parts.insert(0, ("all".to_owned(), DeclaredValue::Yes));
        }
        if let Some(rows) = self.max_rows {
            parts.push(("max_rows".to_owned(), DeclaredValue::Number(rows)));
        }
    }
}

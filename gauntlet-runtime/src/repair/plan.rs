//! The result of [`mend`](super::mend): statements in order, each with the differences that it serves.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::sql::with_needs_of_rows;

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The statement, without a semicolon at its end. Lines that begin with `--` before it say what is lost.
    pub sql: String,
    /// The numbers of the differences (in the list that [`mend`](super::mend) was given) that it serves.
    pub serves: BTreeSet<usize>,
}

/// A difference for which no statement is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmended {
    /// The number of the difference.
    pub difference: usize,
    /// The reason.
    pub why: String,
}

/// The statements that turn the actual catalog into the expected one.
///
/// They are to run one by one, in order, with the home schema first on `search_path`, by the role as
/// which the actual catalog was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The statements in order.
    pub steps: Vec<Step>,
    /// The differences that no statement serves, and why.
    pub unmended: Vec<Unmended>,
}

impl Plan {
    /// The statements that serve one difference, in order.
    pub fn serving(&self, difference: usize) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.serves.contains(&difference))
    }

    /// Returns true if a statement loses rows or values; such a statement begins with a comment line that says so.
    pub fn loses_data(&self) -> bool {
        self.steps.iter().any(|step| step.sql.starts_with("--"))
    }

    /// All statements as the text of a migration: [`script`](Self::script), with a comment before each statement that fails
    /// on some rows, which says what these need.
    pub fn migration(&self) -> String {
        with_needs_of_rows(&self.script())
    }

    /// All statements as one text, each with a semicolon.
    ///
    /// A new label of an enum cannot be used in the transaction that adds it, so that the text is to be
    /// run outside of one where it says `ADD VALUE`.
    pub fn script(&self) -> String {
        let mut out = String::new();
        for step in &self.steps {
            out.push_str(&step.sql);
            out.push_str(";\n");
        }
        out
    }
}

//! The tables that a statement reads as a whole, from its plan.
//!
//! On small tables a full read may be one of an index, and what is joined to no row is not read at all: the scans that the
//! server has counted do not show it.

use serde::Deserialize;
use serde_json::Value;

use crate::driver::{self, PgConnection, Row as _};
use crate::sql;

/// A statement that is longer is data.
const LONGEST: usize = 100_000;

/// Nested loops are those joins that find rows by an index where there is one.
const BEFORE: &str = "SAVEPOINT gauntlet_plan; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL client_min_messages = error";
const AFTER: &str = "ROLLBACK TO SAVEPOINT gauntlet_plan; RELEASE SAVEPOINT gauntlet_plan";

/// A relation that is read as a whole, or from a bound on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Full {
    /// The schema and the name.
    pub(super) relation: (String, String),
    /// The index that is read, in the schema of the table.
    pub(super) index: Option<String>,
    /// Whether only what lies beyond a bound is read.
    pub(super) beyond: bool,
    /// What is joined with it: the schemas and the names. `None` for what is no table.
    pub(super) joined: Vec<Option<(String, String)>>,
}

/// What a statement of rows that has run in an open transaction reads as a whole: nothing where it has no plan.
///
/// # Errors
///
/// When the session does not answer.
pub(super) async fn full_reads(
    conn: &mut PgConnection,
    statement: &str,
) -> driver::Result<Vec<Full>> {
    let Some(query) = query_of(statement) else { return Ok(Vec::new()) };
    driver::execute(conn, BEFORE).await?;
    let explain = format!("EXPLAIN (VERBOSE, COSTS off, FORMAT JSON) {query}");
    let planned = driver::fetch_row(conn, &explain).await;
    driver::execute(conn, AFTER).await?;
    // What ran once may have no plan now: a table that it has made exists.
    let Ok(row) = planned else { return Ok(Vec::new()) };
    let text: String = row.try_get_unchecked(0)?;
    Ok(reads_of(&parse(&text)?, query))
}

/// Reads an answer of the server.
pub(super) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> driver::Result<T> {
    serde_json::from_str(text).map_err(|error| driver::Error::Decode(Box::new(error)))
}

/// The part of a statement that has a plan and reads rows.
fn query_of(statement: &str) -> Option<&str> {
    const VERBS: [&str; 6] = ["select", "with", "insert", "update", "delete", "merge"];
    if statement.len() > LONGEST {
        return None;
    }
    let tokens: Vec<_> = sql::tokens(statement).filter(|token| !token.kind.is_trivia()).collect();
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is_word(word));
    let begins = |at: usize| VERBS.iter().any(|verb| is(at, verb));
    if begins(0) {
        return Some(statement);
    }
    let is_copy = is(0, "create") && tokens.iter().take(4).any(|token| token.is_word("table"));
    let query = (1..tokens.len()).find(|at| is(at - 1, "as") && begins(*at));
    query.filter(|_| is_copy).map(|at| &statement[tokens[at].offset..])
}

fn reads_of(plan: &Value, query: &str) -> Vec<Full> {
    let mut found = Vec::new();
    let exists = sql::tokens(query).any(|token| token.is_word("exists"));
    for statement in plan.as_array().into_iter().flatten() {
        walk(&statement["Plan"], false, exists, &mut found);
    }
    found
}

/// Adds what a node reads as a whole. `early` is true where what is above it may stop before the last row; `exists`, where a
/// subquery of its own may.
fn walk(node: &Value, early: bool, exists: bool, found: &mut Vec<Full>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    if let Some(relation) = scanned(node)
        && !early
        && let Some(beyond) = extent(node)
    {
        found.push(Full { relation, index: index_of(node), beyond, joined: Vec::new() });
    }
    let early = match kind {
        "Limit" => true,
        "Sort" | "Incremental Sort" | "WindowAgg" | "SetOp" | "ModifyTable" | "Hash" => false,
        "Aggregate" => early && node["Strategy"].as_str() == Some("Sorted"),
        _ => early,
    };
    let mut own = Vec::new();
    for child in node["Plans"].as_array().into_iter().flatten() {
        let is_apart = is_apart(child);
        let of_cte = child["Subplan Name"].as_str().is_some_and(|name| name.starts_with("CTE "));
        let early = if is_apart { exists && !of_cte } else { early };
        walk(child, early, exists, if is_apart { &mut *found } else { &mut own });
    }
    if matches!(kind, "Nested Loop" | "Hash Join" | "Merge Join") {
        let mut leaves = Vec::new();
        add_leaves(node, &mut leaves);
        for full in &mut own {
            let all = leaves.iter().filter(|leaf| leaf.as_ref() != Some(&full.relation));
            full.joined.extend(all.cloned());
        }
    }
    found.extend(own);
}

/// Whether a node is a subquery, which is no part of the join around it.
fn is_apart(node: &Value) -> bool {
    matches!(node["Parent Relationship"].as_str(), Some("SubPlan" | "InitPlan"))
}

/// The relation that a node reads itself.
fn scanned(node: &Value) -> Option<(String, String)> {
    if !node["Node Type"].as_str()?.ends_with("Scan") {
        return None;
    }
    let text = |key: &str| node[key].as_str().map(str::to_owned);
    Some((text("Schema")?, text("Relation Name")?))
}

/// The node that reads the index of a bitmap.
fn below(node: &Value) -> Option<&Value> {
    let below = node["Plans"].as_array()?.first()?;
    (below["Node Type"].as_str()? == "Bitmap Index Scan").then_some(below)
}

/// How much a scan reads: `None` where an index finds some rows, `Some(true)` where it reads what lies beyond a bound.
fn extent(node: &Value) -> Option<bool> {
    let of_index = |node: &Value| {
        let condition = node["Index Cond"].as_str();
        match condition {
            _ if !node["Index Name"].is_string() || !node["Order By"].is_null() => None,
            None => Some(false),
            Some(condition) => {
                if condition.ends_with(" IS NOT NULL)") && !condition.contains(" AND ") {
                    Some(false)
                } else {
                    is_one_bound(condition).then_some(true)
                }
            }
        }
    };
    match node["Node Type"].as_str() {
        Some("Seq Scan") => Some(false),
        Some("Index Scan" | "Index Only Scan") => of_index(node),
        Some("Bitmap Heap Scan") => below(node).and_then(of_index),
        _ => None,
    }
}

/// Whether a condition is one bound that is known before the statement runs: `(orders.id > 5)`.
fn is_one_bound(condition: &str) -> bool {
    let tokens: Vec<_> = sql::tokens(condition).filter(|token| !token.kind.is_trivia()).collect();
    let bounds = ["<", ">", "<=", ">="];
    let mut at = tokens.iter().enumerate().filter(|(_, token)| bounds.contains(&token.text));
    let (Some((at, _)), None) = (at.next(), at.next()) else { return false };
    let (before, behind) = (&tokens[..at], &tokens[at + 1..]);
    // A column has its table before it; a value has a type behind it at most, or is what a function says.
    let is_column = |side: &[sql::Token<'_>]| side.iter().any(|token| token.is_mark("."));
    let has_other = |side: &[sql::Token<'_>]| side.iter().any(|token| token.text.starts_with('$'));
    let joined = tokens.iter().any(|token| ["and", "or"].iter().any(|word| token.is_word(word)));
    !joined && is_column(before) && !is_column(behind) && !has_other(behind)
}

/// The index that a scan reads.
fn index_of(node: &Value) -> Option<String> {
    let of = |node: &Value| node["Index Name"].as_str().map(str::to_owned);
    of(node).or_else(|| of(below(node)?))
}

/// Adds what a join is made of.
fn add_leaves(node: &Value, leaves: &mut Vec<Option<(String, String)>>) {
    if let Some(relation) = scanned(node) {
        leaves.push(Some(relation));
        return;
    }
    let children = node["Plans"].as_array().into_iter().flatten();
    let children: Vec<&Value> = children.filter(|child| !is_apart(child)).collect();
    if children.is_empty() {
        leaves.push(None);
    }
    for child in children {
        add_leaves(child, leaves);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_one_end() {
        for condition in [
            "(orders.id > 5)",
            "(orders.at <= '2020-01-01 00:00:00'::timestamp without time zone)",
            "(orders.at < (now() - '90 days'::interval))",
        ] {
            assert!(is_one_bound(condition), "{condition}");
        }
        for condition in [
            "(orders.id = 5)",
            "((orders.id >= 1) AND (orders.id <= 5))",
            "(orders.id > other.id)",
            "(orders.id = ANY ('{1,2}'::integer[]))",
            "(orders.id > $0)",
        ] {
            assert!(!is_one_bound(condition), "{condition}");
        }
    }
}

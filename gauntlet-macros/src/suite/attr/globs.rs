//! A list of globs: `ignore_tables = ["events_*"]`.

use syn::{Expr, Lit};

use crate::mistakes::Mistakes;
use crate::values::literal;

/// A list of globs for the setting `name`, or an expression that is one.
pub(super) fn globs(
    expr: Expr,
    name: &str,
    example: &str,
    mistakes: &mut Mistakes,
) -> Option<Expr> {
    let Expr::Array(list) = &expr else {
        return match literal(&expr) {
            None => Some(expr),
            Some(Lit::Str(text)) => {
                let text = text.token();
                mistakes.at(&text, format!("expected a list: `{name} = [{text}]`"));
                None
            }
            Some(other) => {
                let text = format!("expected a list of globs: `{name} = [\"{example}\"]`");
                mistakes.at(other, text);
                None
            }
        };
    };
    let mut seen: Vec<String> = Vec::new();
    let mut sound = true;
    let mut fault = |token: &Lit, text: &str| {
        mistakes.at(token, text);
        sound = false;
    };
    for element in &list.elems {
        match literal(element) {
            None => {}
            Some(token @ Lit::Str(text)) => {
                let glob = text.value();
                if glob.is_empty() {
                    fault(token, "this glob is empty and matches no table; remove it");
                } else if seen.contains(&glob) {
                    fault(token, "this glob is listed twice");
                }
                seen.push(glob);
            }
            Some(other) => {
                fault(other, &format!("expected a glob in quotes, such as `\"{example}\"`"));
            }
        }
    }
    sound.then_some(expr)
}

//! The name that was probably meant.

/// The name among these that is most like the given one, if one is.
pub(super) fn near<'a>(given: &str, names: &'a [String]) -> Option<&'a str> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    gauntlet_plan::nearest(given, &names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant() {
        let names = ["users", "order_lines", "orders", "people"].map(str::to_owned);
        assert_eq!(near("user", &names), Some("users"));
        assert_eq!(near("order", &names), Some("orders"));
        assert_eq!(near("order_line", &names), Some("order_lines"));
        assert_eq!(near("person", &names), None);
        assert_eq!(near("people_by_name", &names), Some("people"));
    }
}

//! Fixed parts of scripts, such as keywords, looked for all at the same time.

use std::ops::ControlFlow;

/// Up to 32 parts, each of at least two bytes, in lower-case ASCII.
///
/// A script may have 50 MiB, and a user's debug build optimizes nothing. So the search is one loop over bytes without a call
/// in it: a table for the first byte and one for the second say which parts may begin at a place.
pub(crate) struct Parts<const N: usize> {
    parts: [&'static str; N],
    first: [u32; 256],
    second: [u32; 256],
}

impl<const N: usize> Parts<N> {
    /// The tables for these parts.
    pub(crate) const fn new(parts: [&'static str; N]) -> Parts<N> {
        assert!(N <= 32, "a part has a bit");
        let (mut first, mut second) = ([0; 256], [0; 256]);
        let mut place = 0;
        while place < N {
            let part = parts[place].as_bytes();
            assert!(part.len() >= 2, "a part has two bytes");
            let bit = 1 << place;
            first[part[0] as usize] |= bit;
            first[part[0].to_ascii_uppercase() as usize] |= bit;
            second[part[1] as usize] |= bit;
            second[part[1].to_ascii_uppercase() as usize] |= bit;
            place += 1;
        }
        Parts { parts, first, second }
    }

    /// Returns true if a text has one of the parts, in any case.
    pub(crate) fn any_in(&self, text: &str) -> bool {
        self.search(text, &mut |_, _| ControlFlow::Break(())).is_break()
    }

    /// Calls `each` with every part that a text has, in any case, by its place in the list, and its byte offset.
    pub(crate) fn places(&self, text: &str, mut each: impl FnMut(usize, usize)) {
        let all = self.search(text, &mut |place, at| {
            each(place, at);
            ControlFlow::Continue(())
        });
        debug_assert!(all.is_continue(), "nothing ends the search");
    }

    fn search(
        &self,
        text: &str,
        each: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let bytes = text.as_bytes();
        let mut at = 1;
        while at < bytes.len() {
            let may = self.first[bytes[at - 1] as usize] & self.second[bytes[at] as usize];
            if may != 0 {
                self.verify(may, bytes, at - 1, each)?;
            }
            at += 1;
        }
        ControlFlow::Continue(())
    }

    fn verify(
        &self,
        may: u32,
        bytes: &[u8],
        at: usize,
        each: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut rest = may;
        while rest != 0 {
            let place = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            let part = self.parts[place].as_bytes();
            let there = bytes.get(at..at + part.len());
            if there.is_some_and(|there| there.eq_ignore_ascii_case(part)) {
                each(place, at)?;
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PARTS: Parts<4> = Parts::new(["set", "prepare", "load", "prepared"]);

    #[test]
    fn parts_are_found_in_any_case_and_anywhere() {
        let found = |text: &str| {
            let mut found = Vec::new();
            PARTS.places(text, |place, at| found.push((place, at)));
            assert_eq!(PARTS.any_in(text), !found.is_empty());
            found
        };
        assert_eq!(found("OFFSET 1"), [(0, 3)]);
        assert_eq!(found("Prepared"), [(1, 0), (3, 0)]);
        assert_eq!(found("äLOADä prepar"), [(2, 2)]);
        assert_eq!(found("set load set"), [(0, 0), (2, 4), (0, 9)]);
        assert!(found("s").is_empty() && found("").is_empty());
    }
}

//! Tests on random input.
//!
//! Each round has a seed. A run tries the first so many seeds, which CI does too; `GAUNTLET_FUZZ_SECONDS=600` goes on with
//! new ones for so long, and `GAUNTLET_FUZZ_SEED=7` tries one, which a failed test names.

use std::time::{Duration, Instant};

use fastrand::Rng;

/// Runs a test once for each of the first `least` seeds, or as the environment says.
///
/// # Panics
///
/// When the test does, or when a variable is not a number.
pub fn rounds(least: u64, mut test: impl FnMut(&mut Rng)) {
    let number = |name: &str| {
        let text = std::env::var(name).ok()?;
        Some(text.parse::<u64>().unwrap_or_else(|_| panic!("{name} is {text:?}, not a number")))
    };
    let mut try_one = |seed| {
        let named = Named(seed);
        test(&mut Rng::with_seed(seed));
        drop(named);
    };
    if let Some(seed) = number("GAUNTLET_FUZZ_SEED") {
        return try_one(seed);
    }
    (0..least).for_each(&mut try_one);
    let Some(seconds) = number("GAUNTLET_FUZZ_SECONDS") else { return };
    let (begin, mut tried) = (Instant::now(), least);
    while begin.elapsed() < Duration::from_secs(seconds) {
        try_one(fastrand::u64(least..));
        tried += 1;
    }
    println!("{tried} rounds in {seconds} s");
}

/// Says which round it was, if the test panics.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("again: GAUNTLET_FUZZ_SEED={}", self.0);
        }
    }
}

/// So many of some pieces in a row, up to `most`.
pub fn some<'a, T: ?Sized>(random: &mut Rng, most: usize, pieces: &[&'a T]) -> Vec<&'a T> {
    (0..random.usize(..=most)).map(|_| pieces[random.usize(..pieces.len())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_have_input_of_their_own_and_the_same_in_every_run() {
        let inputs = || {
            let mut all = Vec::new();
            rounds(100, |random| all.push(some(random, 40, &["a", "b"]).concat()));
            all
        };
        let all = inputs();
        assert_eq!(all, inputs());
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert!(different.len() > 80, "{all:?}");
    }
}

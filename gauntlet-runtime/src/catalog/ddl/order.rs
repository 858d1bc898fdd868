//! Putting things in order: the smallest that is ready goes next.

use std::collections::{BTreeMap, BTreeSet};

/// Nodes with keys, and which of them come before which.
#[derive(Debug)]
pub(super) struct Order<K> {
    keys: Vec<K>,
    after: Vec<BTreeSet<usize>>,
}

impl<K: Ord + Clone> Order<K> {
    pub(super) fn new(keys: Vec<K>) -> Self {
        let after = vec![BTreeSet::new(); keys.len()];
        Self { keys, after }
    }

    /// `first` has to come before `second`.
    pub(super) fn before(&mut self, first: usize, second: usize) {
        if first != second {
            self.after[second].insert(first);
        }
    }

    /// All nodes; of those that wait for nothing, the one with the smallest key goes next. Where all
    /// that are left wait for each other, the smallest goes although it should wait; those are named too.
    pub(super) fn sorted(&self) -> (Vec<usize>, BTreeSet<usize>) {
        let mut waiting: Vec<usize> = self.after.iter().map(BTreeSet::len).collect();
        let mut followers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (second, firsts) in self.after.iter().enumerate() {
            for first in firsts {
                followers.entry(*first).or_default().push(second);
            }
        }
        let mut left: BTreeSet<(K, usize)> = self.keys.iter().cloned().zip(0..).collect();
        let mut ready: BTreeSet<(K, usize)> =
            left.iter().filter(|(_, n)| waiting[*n] == 0).cloned().collect();
        let mut out = Vec::with_capacity(left.len());
        let mut forced = BTreeSet::new();
        while let Some(next) = ready.first().or_else(|| left.first()).cloned() {
            if !ready.remove(&next) {
                forced.insert(next.1);
            }
            left.remove(&next);
            out.push(next.1);
            for follower in followers.get(&next.1).into_iter().flatten() {
                waiting[*follower] = waiting[*follower].saturating_sub(1);
                let node = (self.keys[*follower].clone(), *follower);
                if waiting[*follower] == 0 && left.contains(&node) {
                    ready.insert(node);
                }
            }
        }
        (out, forced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_that_is_ready_goes_next() {
        let mut order = Order::new(vec!["a", "b", "c", "d"]);
        order.before(3, 0);
        assert_eq!(order.sorted().0, [1, 2, 3, 0]);
        order.before(0, 3);
        let (sorted, forced) = order.sorted();
        assert_eq!(sorted, [1, 2, 0, 3]);
        assert_eq!(forced, BTreeSet::from([0]));
    }
}

//! Putting things in order: the smallest that is ready goes next.

use std::collections::{BTreeMap, BTreeSet};

/// Nodes in the order of their keys, and which of them come before which.
#[derive(Debug)]
pub(super) struct Order {
    /// The nodes, the one with the smallest key first.
    nodes: Vec<usize>,
    /// Where each node stands in `nodes`.
    places: Vec<usize>,
    after: Vec<BTreeSet<usize>>,
}

impl Order {
    pub(super) fn new<K: Ord>(keys: &[K]) -> Self {
        let mut nodes: Vec<usize> = (0..keys.len()).collect();
        nodes.sort_by_key(|node| &keys[*node]);
        let mut places = vec![0; keys.len()];
        for (place, node) in nodes.iter().enumerate() {
            places[*node] = place;
        }
        Self { nodes, places, after: vec![BTreeSet::new(); keys.len()] }
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
        // By place: the smallest place is the smallest key.
        let mut left: BTreeSet<usize> = (0..self.nodes.len()).collect();
        let mut ready: BTreeSet<usize> =
            left.iter().copied().filter(|place| waiting[self.nodes[*place]] == 0).collect();
        let mut out = Vec::with_capacity(left.len());
        let mut forced = BTreeSet::new();
        while let Some(place) = ready.first().or_else(|| left.first()).copied() {
            let next = self.nodes[place];
            if !ready.remove(&place) {
                forced.insert(next);
            }
            left.remove(&place);
            out.push(next);
            for follower in followers.get(&next).into_iter().flatten() {
                waiting[*follower] = waiting[*follower].saturating_sub(1);
                let place = self.places[*follower];
                if waiting[*follower] == 0 && left.contains(&place) {
                    ready.insert(place);
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
        let mut order = Order::new(&["a", "b", "c", "d"]);
        order.before(3, 0);
        assert_eq!(order.sorted().0, [1, 2, 3, 0]);
        order.before(0, 3);
        let (sorted, forced) = order.sorted();
        assert_eq!(sorted, [1, 2, 0, 3]);
        assert_eq!(forced, BTreeSet::from([0]));
    }
}

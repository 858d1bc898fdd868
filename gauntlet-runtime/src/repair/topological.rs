//! Topological order: of the nodes that are ready, the smallest goes next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::catalog::ordered::{self, Set};

/// Nodes in the order of their keys, and which of them come before which.
#[derive(Debug)]
pub(super) struct Order {
    /// The nodes, the one with the smallest key first.
    nodes: Vec<usize>,
    /// Where each node stands in `nodes`.
    places: Vec<usize>,
    after: Vec<Set<usize>>,
}

impl Order {
    pub(super) fn new<K: Ord>(keys: &[K]) -> Self {
        let mut nodes: Vec<usize> = (0..keys.len()).collect();
        ordered::sort_by(&mut nodes, &mut |a, b| keys[*a].cmp(&keys[*b]));
        let mut places = vec![0; keys.len()];
        for (place, node) in nodes.iter().enumerate() {
            places[*node] = place;
        }
        Self { nodes, places, after: vec![Set::new(); keys.len()] }
    }

    /// `first` has to come before `second`.
    pub(super) fn before(&mut self, first: usize, second: usize) {
        if first != second {
            self.after[second].insert(first);
        }
    }

    /// All nodes; of those that wait for nothing, the one with the smallest key goes next. Where all
    /// that are left wait for each other, the smallest goes although it should wait; those are named too.
    pub(super) fn sorted(&self) -> (Vec<usize>, Set<usize>) {
        let mut waiting: Vec<usize> = self.after.iter().map(|firsts| firsts.len()).collect();
        let mut followers: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (second, firsts) in self.after.iter().enumerate() {
            for first in firsts {
                followers[*first].push(second);
            }
        }
        // By place: the smallest place is the smallest key.
        let mut left = vec![true; self.nodes.len()];
        let mut first_left = 0;
        let mut ready: BinaryHeap<Reverse<usize>> = BinaryHeap::new();
        for (place, node) in self.nodes.iter().enumerate() {
            if waiting[*node] == 0 {
                ready.push(Reverse(place));
            }
        }
        let mut out = Vec::with_capacity(left.len());
        let mut forced = Set::new();
        while out.len() < left.len() {
            let place = if let Some(Reverse(place)) = ready.pop() {
                place
            } else {
                while !left[first_left] {
                    first_left += 1;
                }
                forced.insert(self.nodes[first_left]);
                first_left
            };
            let next = self.nodes[place];
            left[place] = false;
            out.push(next);
            for follower in &followers[next] {
                waiting[*follower] = waiting[*follower].saturating_sub(1);
                let place = self.places[*follower];
                if waiting[*follower] == 0 && left[place] {
                    ready.push(Reverse(place));
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
        assert_eq!(forced, Set::one(0));
    }
}

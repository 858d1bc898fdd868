//! Maps and sets as sorted vectors, and one sort, for the catalog and the planner above it.
//!
//! These two rooms use maps and sorts over dozens of types, and every user's debug build compiles them. The standard
//! library copies a whole `BTreeMap` or sort for each type; here the copies share the code that decides about
//! positions. Measured on a cold debug build of this crate and one test: 4 to 5 of 32 s of CPU, and a
//! library of 91 instead of 126 MB. Elsewhere the standard library's collections are used.
//!
//! Inserting at the end is cheap; inserting before other entries moves those, with one copy of memory. A map that receives
//! thousands of large entries in random order, or loses them one by one, should be a `BTreeMap`.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Deref, Index};

/// Sorts like [`slice::sort`].
pub(crate) fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, &mut |a, b| a.cmp(b));
}

/// Sorts like [`slice::sort_by`].
pub(crate) fn sort_by<T>(items: &mut [T], compare: &mut dyn FnMut(&T, &T) -> Ordering) {
    for (a, b) in swaps(items.len(), &mut |a, b| compare(&items[a], &items[b])) {
        items.swap(a, b);
    }
}

/// The swaps that, one after the other, put all positions in order.
fn swaps(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|a, b| compare(*a, *b));
    let mut swaps = Vec::new();
    for start in 0..len {
        let mut place = start;
        loop {
            let from = std::mem::replace(&mut order[place], place);
            if from == start {
                break;
            }
            swaps.push((place, from));
            place = from;
        }
    }
    swaps
}

/// The position of an entry, or the one at which to insert it. `compare` compares the entry at a position with it.
fn find(len: usize, compare: &mut dyn FnMut(usize) -> Ordering) -> Result<usize, usize> {
    let (mut from, mut to) = (0, len);
    // Most entries that arrive in order belong at the end.
    let mut at = len.saturating_sub(1);
    while from < to {
        match compare(at) {
            Ordering::Less => from = at + 1,
            Ordering::Equal => return Ok(at),
            Ordering::Greater => to = at,
        }
        at = from.midpoint(to);
    }
    Err(from)
}

/// A sorted set; dereferences to the slice of its members.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Set<T>(Vec<T>);

impl<T: Ord> Set<T> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The set of one member.
    pub(crate) fn one(member: T) -> Self {
        Self(vec![member])
    }

    fn find<Q: Ord + ?Sized>(&self, member: &Q) -> Result<usize, usize>
    where
        T: Borrow<Q>,
    {
        find(self.0.len(), &mut |at| self.0[at].borrow().cmp(member))
    }

    pub(crate) fn contains<Q: Ord + ?Sized>(&self, member: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.find(member).is_ok()
    }

    /// Adds a member; returns whether it was new.
    pub(crate) fn insert(&mut self, member: T) -> bool {
        match self.find(&member) {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, member);
                true
            }
        }
    }

    /// Removes a member; returns whether it was in the set.
    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, member: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.find(member).map(|at| self.0.remove(at)).is_ok()
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Set<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut set = f.debug_set();
        for member in &self.0 {
            set.entry(member);
        }
        set.finish()
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Self {
        let mut all = Vec::new();
        for member in members {
            all.push(member);
        }
        sort(&mut all);
        all.dedup();
        Self(all)
    }
}

impl<T: Ord> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, members: I) {
        for member in members {
            self.insert(member);
        }
    }
}

impl<'a, T: Ord + Copy> Extend<&'a T> for Set<T> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, members: I) {
        for member in members {
            self.insert(*member);
        }
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// A map sorted by key; dereferences to the slice of its pairs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Map<K, V>(Vec<(K, V)>);

impl<K: Ord, V> Map<K, V> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        find(self.0.len(), &mut |at| self.0[at].0.borrow().cmp(key))
    }

    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        match self.find(key) {
            Ok(at) => Some(&self.0[at].1),
            Err(_) => None,
        }
    }

    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        match self.find(key) {
            Ok(at) => Some(&mut self.0[at].1),
            Err(_) => None,
        }
    }

    pub(crate) fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Sets the value of a key; an earlier value is dropped.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.find(&key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// The value of a key, inserted if there is none.
    pub(crate) fn or_insert(&mut self, key: K, value: V) -> &mut V {
        let at = match self.find(&key) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (key, value));
                at
            }
        };
        &mut self.0[at].1
    }

    /// The value of a key, the default inserted if there is none.
    pub(crate) fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert(key, V::default())
    }

    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        match self.find(key) {
            Ok(at) => Some(self.0.remove(at).1),
            Err(_) => None,
        }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    pub(crate) fn into_vec(self) -> Vec<(K, V)> {
        self.0
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K, V> Deref for Map<K, V> {
    type Target = [(K, V)];

    fn deref(&self) -> &[(K, V)] {
        &self.0
    }
}

impl<K: Ord + Borrow<Q>, V, Q: Ord + ?Sized> Index<&Q> for Map<K, V> {
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("the key is in the map")
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (key, value) in &self.0 {
            map.entry(key, value);
        }
        map.finish()
    }
}

/// The last value of a repeated key wins.
impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut all = Vec::new();
        for entry in entries {
            all.push(entry);
        }
        sort_by(&mut all, &mut |a, b| a.0.cmp(&b.0));
        all.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self(all)
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = &'a (K, V);
    type IntoIter = std::slice::Iter<'a, (K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Numbers below `below` in any order, the same in each run.
    fn numbers(count: u32, below: u32) -> Vec<u32> {
        let mut random = fastrand::Rng::with_seed(1);
        (0..count).map(|_| random.u32(..below)).collect()
    }

    #[test]
    fn sorts_as_the_standard_library_does() {
        for count in [0, 1, 2, 3, 20, 500] {
            // Few distinct keys, to notice equal items that change their order.
            let items: Vec<(u32, u32)> =
                numbers(count, 1 + count / 3).into_iter().zip(0..).collect();
            let (mut found, mut wanted) = (items.clone(), items.clone());
            sort_by(&mut found, &mut |a, b| a.0.cmp(&b.0));
            wanted.sort_by_key(|item| item.0);
            assert_eq!(found, wanted);
            sort(&mut found);
            wanted.sort_unstable();
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn a_set_holds_what_a_btree_set_holds() {
        for count in [0, 1, 2, 7, 300] {
            let members = numbers(count, 200);
            let (mut set, mut other) = (Set::new(), BTreeSet::new());
            for member in &members {
                assert_eq!(set.insert(*member), other.insert(*member));
            }
            assert_eq!(members.iter().copied().collect::<Set<_>>(), set);
            for member in 0..200 {
                assert_eq!(set.contains(&member), other.contains(&member));
            }
            for member in (0..200).step_by(3) {
                assert_eq!(set.remove(&member), other.remove(&member));
            }
            set.extend([7, 1, 7]);
            other.extend([7, 1, 7]);
            assert!(set.iter().eq(&other));
            assert_eq!(format!("{set:?}"), format!("{other:?}"));
            assert_eq!(set.into_iter().collect::<Vec<_>>(), Vec::from_iter(other));
        }
    }

    #[test]
    fn a_map_holds_what_a_btree_map_holds() {
        for count in [0, 1, 2, 7, 300] {
            let entries: Vec<(u32, u32)> = numbers(count, 200).into_iter().zip(0..).collect();
            let (mut map, mut other) = (Map::new(), BTreeMap::new());
            for (key, value) in &entries {
                map.insert(*key, *value);
                other.insert(*key, *value);
            }
            assert_eq!(entries.into_iter().collect::<Map<_, _>>(), map);
            for key in 0..200 {
                assert_eq!(map.get(&key), other.get(&key));
                assert_eq!(map.get_mut(&key), other.get_mut(&key));
                assert_eq!(map.contains_key(&key), other.contains_key(&key));
            }
            for key in (0..200).step_by(3) {
                assert_eq!(map.remove(&key), other.remove(&key));
            }
            for key in [5, 1000] {
                *map.or_default(key) += 1;
                *other.entry(key).or_default() += 1;
                assert_eq!(map.or_insert(key + 1, 9), other.entry(key + 1).or_insert(9));
                assert_eq!(map[&key], other[&key]);
            }
            assert!(map.keys().eq(other.keys()) && map.values().eq(other.values()));
            assert_eq!(format!("{map:?}"), format!("{other:?}"));
            assert_eq!(map.into_vec(), Vec::from_iter(other));
        }
    }
}

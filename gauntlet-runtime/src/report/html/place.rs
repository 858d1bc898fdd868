//! Where the tables of a diagram stand.
//!
//! Tables that foreign keys connect stand together, those that are referenced to the left of those that refer to them, and
//! near to their neighbours. The groups fill rows.

use std::collections::{BTreeMap, HashMap};

/// The space between two tables of a column.
const GAP: u32 = 26;

/// The space between two columns.
const ASIDE: u32 = 80;

/// The highest column of a group.
const HIGHEST: u32 = 1500;

/// How often the order within the columns is improved.
const SWEEPS: usize = 6;

/// Where things stand, and the size of the whole.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Placement {
    /// The upper left corner of each table.
    pub(super) corners: Vec<(u32, u32)>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// A group with the places of its tables in it.
struct Group {
    places: Vec<(usize, u32, u32)>,
    width: u32,
    height: u32,
}

/// Places tables of these sizes. A link goes from a table to the one that it refers to.
pub(super) fn place(sizes: &[(u32, u32)], links: &[(usize, usize)]) -> Placement {
    let mut groups: Vec<Group> = groups(sizes.len(), links)
        .into_iter()
        .map(|members| columns(members, sizes, links))
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.height));
    let widest = groups.iter().map(|group| group.width).max().unwrap_or(0);
    let area: u64 = groups
        .iter()
        .map(|group| u64::from(group.width + ASIDE) * u64::from(group.height + GAP))
        .sum();
    // A little wider than high, as screens are.
    let row = widest.max(u32::try_from((area * 2).isqrt()).unwrap_or(u32::MAX));
    let mut placement = Placement { corners: vec![(0, 0); sizes.len()], ..Placement::default() };
    let (mut x, mut y, mut high) = (0, 0, 0);
    for group in groups {
        if x > 0 && x + group.width > row {
            (x, y, high) = (0, y + high + 2 * GAP, 0);
        }
        for (table, left, top) in group.places {
            placement.corners[table] = (x + left, y + top);
        }
        placement.width = placement.width.max(x + group.width);
        high = high.max(group.height);
        placement.height = placement.height.max(y + high);
        x += group.width + ASIDE / 2;
    }
    placement
}

/// The first table of the group that a table is in.
fn find(root: &mut [usize], mut one: usize) -> usize {
    while root[one] != one {
        root[one] = root[root[one]];
        one = root[one];
    }
    one
}

/// The tables that links connect, each group in ascending order.
fn groups(count: usize, links: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..count).collect();
    for &(from, to) in links {
        let (from, to) = (find(&mut root, from), find(&mut root, to));
        root[from.max(to)] = from.min(to);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for table in 0..count {
        groups.entry(find(&mut root, table)).or_default().push(table);
    }
    groups.into_values().collect()
}

/// The tables of one group in columns.
fn columns(members: Vec<usize>, sizes: &[(u32, u32)], links: &[(usize, usize)]) -> Group {
    let mut neighbours: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(from, to) in links {
        if from != to && members.binary_search(&from).is_ok() {
            neighbours.entry(from).or_default().push(to);
            neighbours.entry(to).or_default().push(from);
        }
    }
    let mut layers = layers(&members, links);
    for sweep in 0..SWEEPS {
        order(&mut layers, &neighbours, sweep % 2 == 1);
    }
    let columns: Vec<Vec<usize>> = layers.into_iter().flat_map(|layer| cut(layer, sizes)).collect();
    let height_of = |column: &Vec<usize>| {
        column.iter().map(|&table| sizes[table].1 + GAP).sum::<u32>().saturating_sub(GAP)
    };
    let height = columns.iter().map(height_of).max().unwrap_or(0);
    let (mut places, mut x) = (Vec::new(), 0);
    for column in &columns {
        let mut y = (height - height_of(column)) / 2;
        for &table in column {
            places.push((table, x, y));
            y += sizes[table].1 + GAP;
        }
        x += column.iter().map(|&table| sizes[table].0).max().unwrap_or(0) + ASIDE;
    }
    Group { places, width: x.saturating_sub(ASIDE), height }
}

/// Each table in a layer behind all that it refers to. In a circle, the table with the fewest open references comes first.
fn layers(members: &[usize], links: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut open: BTreeMap<usize, Vec<usize>> =
        members.iter().map(|&table| (table, Vec::new())).collect();
    for &(from, to) in links {
        if from != to
            && let Some(refers) = open.get_mut(&from)
        {
            refers.push(to);
        }
    }
    let mut layers = Vec::new();
    while !open.is_empty() {
        let waits = |refers: &Vec<usize>, open: &BTreeMap<usize, Vec<usize>>| {
            refers.iter().filter(|to| open.contains_key(to)).count()
        };
        let mut layer: Vec<usize> = open
            .iter()
            .filter(|(_, refers)| waits(refers, &open) == 0)
            .map(|(&table, _)| table)
            .collect();
        if layer.is_empty() {
            let first = open.iter().min_by_key(|(_, refers)| waits(refers, &open));
            layer.extend(first.map(|(&table, _)| table));
        }
        for table in &layer {
            open.remove(table);
        }
        layers.push(layer);
    }
    layers
}

/// Moves each table of a layer to where its neighbours in the other layers are.
fn order(layers: &mut [Vec<usize>], neighbours: &BTreeMap<usize, Vec<usize>>, backwards: bool) {
    let mut places: HashMap<usize, (usize, u64)> = HashMap::new();
    for (index, layer) in layers.iter().enumerate() {
        places.extend(in_layer(layer).map(|(table, at)| (table, (index, at))));
    }
    let count = layers.len();
    for step in 0..count {
        let index = if backwards { count - 1 - step } else { step };
        let mean = |table: &usize| {
            let near = neighbours.get(table).into_iter().flatten();
            let elsewhere = near.filter_map(|other| places.get(other));
            let near: Vec<u64> =
                elsewhere.filter(|(layer, _)| *layer != index).map(|(_, at)| *at).collect();
            match near.len() as u64 {
                0 => places.get(table).map_or(0, |(_, at)| *at),
                count => near.iter().sum::<u64>() / count,
            }
        };
        layers[index].sort_by_cached_key(mean);
        places.extend(in_layer(&layers[index]).map(|(table, at)| (table, (index, at))));
    }
}

/// The place of each table in its layer, from 0 to a million, whatever the length of the layer.
fn in_layer(layer: &[usize]) -> impl Iterator<Item = (usize, u64)> {
    let length = layer.len() as u64;
    layer.iter().zip(0u64..).map(move |(&table, row)| (table, (row * 2 + 1) * 500_000 / length))
}

/// A layer as one column, or as several where it would be too high.
fn cut(layer: Vec<usize>, sizes: &[(u32, u32)]) -> Vec<Vec<usize>> {
    let mut columns: Vec<Vec<usize>> = Vec::new();
    let mut height = 0;
    for table in layer {
        let own = sizes[table].1 + GAP;
        match columns.last_mut() {
            Some(column) if height + own <= HIGHEST => {
                column.push(table);
                height += own;
            }
            _ => {
                columns.push(vec![table]);
                height = own;
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every table has a place of its own.
    fn check(sizes: &[(u32, u32)], links: &[(usize, usize)]) -> Placement {
        let placement = place(sizes, links);
        for (one, &(x, y)) in placement.corners.iter().enumerate() {
            let (width, height) = sizes[one];
            assert!(x + width <= placement.width && y + height <= placement.height);
            for (other, &(left, top)) in placement.corners.iter().enumerate().skip(one + 1) {
                let apart = x + width <= left
                    || left + sizes[other].0 <= x
                    || y + height <= top
                    || top + sizes[other].1 <= y;
                assert!(apart, "{one} and {other} overlap");
            }
        }
        placement
    }

    #[test]
    fn what_is_referenced_stands_to_the_left() {
        let placement = check(&[(100, 50); 4], &[(1, 0), (2, 1), (2, 0)]);
        let x = |table: usize| placement.corners[table].0;
        assert!(x(0) < x(1) && x(1) < x(2));
    }

    #[test]
    fn circles_and_tables_that_refer_to_themselves_have_places() {
        check(&[(100, 50); 3], &[(0, 1), (1, 2), (2, 0), (1, 1)]);
        check(&[(100, 50)], &[(0, 0)]);
        assert_eq!(place(&[], &[]), Placement::default());
    }

    #[test]
    fn hundreds_of_tables_do_not_overlap() {
        let sizes: Vec<(u32, u32)> =
            (0..300).map(|n| (120 + n % 7 * 20, 40 + n % 11 * 18)).collect();
        // A star, a chain, and tables of their own.
        let star = (1..100).map(|n| (n, 0));
        let chain = (101..200).map(|n| (n, n - 1));
        let links: Vec<(usize, usize)> = star.chain(chain).collect();
        let placement = check(&sizes, &links);
        assert!(placement.height < 20_000, "{}", placement.height);
    }
}

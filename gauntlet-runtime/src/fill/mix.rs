//! A fixed sequence of numbers that has no pattern: the same in every run.

/// The number at a place of the sequence (`SplitMix64`), below `limit`.
pub(super) fn mix(place: usize, limit: usize) -> usize {
    let mut z = (place as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((z ^ (z >> 31)) % limit.max(1) as u64).unwrap_or(0)
}

//! Digests: short names that follow from what they name.

/// A hash of the parts, as separate parts.
pub(crate) fn digest(parts: &[&str]) -> u64 {
    // No text contains this byte.
    fnv(parts.iter().flat_map(|part| part.bytes().chain([0xff])))
}

/// FNV-1a: not cryptographic; it keeps names apart that would be equal by accident.
pub(crate) fn fnv(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

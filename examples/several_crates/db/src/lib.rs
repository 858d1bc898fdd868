//! The crate that owns the migrations of `customers` and `orders`.

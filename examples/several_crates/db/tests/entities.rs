//! The suite of the migrations, with structs of two other crates as the model.

use customers::{Customer, Tier};
use orders::Order;

#[gauntlet::migration_suite(model = gauntlet::models![Customer, Order<i64>, Tier])]
mod migrations {}

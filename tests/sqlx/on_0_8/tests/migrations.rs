//! sqlx 0.8. In a build with 0.8 alone `gauntlet::TestDb` is the same.

use gauntlet::sqlx_0_8::{TestDb, seed};

include!("../../common/suites.rs");

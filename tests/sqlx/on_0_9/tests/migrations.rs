//! sqlx 0.9, as a user writes it.

use gauntlet::TestDb;

/// The name that `gauntlet::sqlx_0_8` has for it.
fn seed(
    code: impl AsyncFn(&mut sqlx::PgConnection) -> gauntlet::Result<()> + Send + Sync + 'static,
) -> gauntlet::Seed {
    gauntlet::Seed::run(code)
}

include!("../../common/suites.rs");

// After an error all that the user wrote is still there, so that only the one error is told.
#[gauntlet::migration_suite(modle = "schema.sql")]
pub mod migrations {
    pub const HERE: u8 = 1;

    #[test]
    async fn custom(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade().await?;
        Ok(())
    }

    #[test]
    async fn borrowed(db: &mut gauntlet::TestDb) {
        drop(db.upgrade().await);
    }
}

fn main() {
    let _ = migrations::HERE;
}

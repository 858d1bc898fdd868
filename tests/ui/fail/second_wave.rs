// After an error, all that the user wrote is still emitted, so that only the one error is reported.
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

#[gauntlet::migration_suite]
#[gauntlet(skip = "stairway")]
mod migrations {
    fn stairway() {}

    #[allow(non_upper_case_globals)]
    const naming: u8 = 1;
}

fn main() {}

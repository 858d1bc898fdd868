#[gauntlet::migration_suite]
#[gauntlet]
#[gauntlet = "naming"]
#[gauntlet(skp = "naming")]
#[gauntlet(skip)]
#[gauntlet(skip())]
#[gauntlet(reason = "no reason")]
#[gauntlet(skip = "naming", reason = "")]
#[gauntlet(skip = "stairway", reason = legacy)]
mod migrations {}

fn main() {}

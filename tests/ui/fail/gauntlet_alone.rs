use gauntlet::gauntlet;

#[gauntlet(skip = "naming")]
mod migrations {}

fn main() {}

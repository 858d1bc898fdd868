use gauntlet::Model;

#[derive(Model)]
enum Colour {
    Red,
    Green,
}

fn main() {}

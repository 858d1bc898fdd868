use gauntlet::Model;

struct Colour;

#[derive(Model)]
struct Paint {
    id: i64,
    colour: Option<Colour>,
}

fn main() {}

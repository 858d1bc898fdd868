use gauntlet::Model;

#[derive(Model)]
struct Unit;

#[derive(Model)]
struct Pair(i32, i32);

#[derive(Model)]
enum Level<const N: usize> {
    Low,
}

#[derive(Model)]
union Bits {
    a: i32,
    b: f32,
}

#[derive(Model)]
enum Never {}

fn main() {}

//! Measuring several things in turn, and holding them against one another run by run.

use std::time::Instant;

use gauntlet_runtime::isolation::settle;
use gauntlet_runtime::runtime::block_on;

use crate::cpu::Cpu;

/// Something to measure.
pub(crate) struct Case<'a> {
    name: String,
    work: Box<dyn Fn() + 'a>,
    /// The indexes of the cases whose sum it is compared with.
    of: &'static [usize],
}

impl<'a> Case<'a> {
    pub(crate) fn new(name: impl Into<String>, work: impl Fn() + 'a) -> Self {
        Case { name: name.into(), work: Box::new(work), of: &[] }
    }

    pub(crate) fn of(self, of: &'static [usize]) -> Self {
        Case { of, ..self }
    }
}

/// The cost of one run of a case.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    cpu: Cpu,
    wall: f64,
}

impl Taken {
    pub(crate) fn cpu(&self) -> f64 {
        self.cpu.total()
    }

    pub(crate) fn wall(&self) -> f64 {
        self.wall
    }
}

/// The cost of each case in each run.
pub(crate) struct Measured {
    /// The name of each case, and those that it is compared with.
    cases: Vec<(String, &'static [usize])>,
    /// One for each case, in the order of the runs.
    taken: Vec<Vec<Taken>>,
}

/// One run to warm up, then `runs` that count. Each goes through all cases.
pub(crate) fn measure(cases: Vec<Case<'_>>, runs: usize, postmaster: u32) -> Measured {
    let mut taken = vec![Vec::new(); cases.len()];
    for run in 0..=runs {
        for (case, taken) in cases.iter().zip(&mut taken) {
            let (before, start) = (Cpu::now(postmaster), Instant::now());
            (case.work)();
            let wall = start.elapsed().as_secs_f64();
            // Nobody waits for databases to go, but that is work, too.
            block_on(settle());
            let cpu = Cpu::now(postmaster).since(before);
            if run > 0 {
                taken.push(Taken { cpu, wall });
            }
        }
    }
    let cases = cases.into_iter().map(|case| (case.name, case.of)).collect();
    Measured { cases, taken }
}

impl Measured {
    pub(crate) fn print(&self) {
        println!(
            "{:34} {:>8} {:>8} {:>8} {:>8}  {:>6}  spread of cpu",
            "", "wall s", "cpu s", "client", "server", "ratio"
        );
        for (place, (name, of)) in self.cases.iter().enumerate() {
            let mut taken = self.taken[place].clone();
            taken.sort_by(|a, b| a.cpu.total().total_cmp(&b.cpu.total()));
            let Taken { cpu, wall } = taken[taken.len() / 2];
            let ratio = match *of {
                [] => String::new(),
                of => format!("{:.2}", self.ratio(place, of)),
            };
            println!(
                "{:34} {wall:8.2} {:8.2} {:8.2} {:8.2}  {ratio:>6}  {:.2}..{:.2}",
                name,
                cpu.total(),
                cpu.client,
                cpu.server,
                taken[0].cpu.total(),
                taken[taken.len() - 1].cpu.total()
            );
        }
    }

    /// The median of what a case took in a run, of what the sum of others took in the same run.
    pub(crate) fn ratio(&self, place: usize, of: &[usize]) -> f64 {
        self.median(Taken::cpu, |cpu| cpu(place) / of.iter().map(|other| cpu(*other)).sum::<f64>())
    }

    /// The median over all runs of what follows from the seconds that the cases took.
    pub(crate) fn median(
        &self,
        seconds: fn(&Taken) -> f64,
        figure: impl Fn(&dyn Fn(usize) -> f64) -> f64,
    ) -> f64 {
        let runs = self.taken.first().map_or(0, Vec::len);
        let of_run = |run: usize| figure(&|place: usize| seconds(&self.taken[place][run]));
        let mut figures: Vec<f64> = (0..runs).map(of_run).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    }
}

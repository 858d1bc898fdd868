//! CPU seconds of this process and of a server with all its children, from `/proc` (Linux).

use std::fs;

/// Seconds of CPU.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Cpu {
    /// Of this process, and of its children that have ended.
    pub(crate) client: f64,
    /// Of the postmaster, and of all its backends, ended or not.
    pub(crate) server: f64,
}

impl Cpu {
    /// The CPU time used up to now; `postmaster` is the server's first process.
    pub(crate) fn now(postmaster: u32) -> Cpu {
        let own = stat("self").map_or(0.0, |s| s.own + s.ended_children);
        // A backend that ends while the others are looked at would be counted neither here nor there.
        loop {
            let before = ended(postmaster);
            let server = before + living(postmaster);
            if ended(postmaster) <= before {
                return Cpu { client: own, server };
            }
        }
    }

    /// Client and server together.
    pub(crate) fn total(self) -> f64 {
        self.client + self.server
    }

    /// The CPU time used since.
    pub(crate) fn since(self, before: Cpu) -> Cpu {
        Cpu { client: self.client - before.client, server: self.server - before.server }
    }
}

/// Of the backends that have ended.
fn ended(postmaster: u32) -> f64 {
    stat(&postmaster.to_string()).map_or(0.0, |s| s.ended_children)
}

/// Of the postmaster and the backends that live.
fn living(postmaster: u32) -> f64 {
    let mut seconds = 0.0;
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Ok(process) = name.parse::<u32>()
            && let Some(stat) = stat(&name)
            && (process == postmaster || stat.parent == postmaster)
        {
            seconds += stat.own;
        }
    }
    seconds
}

/// The parent of a process.
pub(crate) fn parent(pid: u32) -> Option<u32> {
    stat(&pid.to_string()).map(|s| s.parent)
}

struct Stat {
    parent: u32,
    own: f64,
    ended_children: f64,
}

fn stat(process: &str) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let fields: Vec<&str> = text[text.rfind(')')? + 2..].split(' ').collect();
    // Clock ticks: 100 a second on every Linux that Rust runs on.
    let seconds = |i: usize| fields.get(i)?.parse::<f64>().ok().map(|ticks| ticks / 100.0);
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: seconds(11)? + seconds(12)?,
        ended_children: seconds(13)? + seconds(14)?,
    })
}

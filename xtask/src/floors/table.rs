//! The table of floors, and who may do what.

/// The crates, each by the folder of its sources.
pub(super) const CRATES: &[&str] = &[
    "src",
    "gauntlet-runtime/src",
    "gauntlet-macros/src",
    "gauntlet-model/src",
    "gauntlet-plan/src",
    "cargo-gauntlet/src",
    "xtask/src",
];

/// The floors of one crate, from the top. A module uses only modules of its own floor and of the floors below.
pub(super) struct Floors {
    /// The folder of the crate's sources.
    pub(super) sources: &'static str,
    pub(super) floors: &'static [&'static [&'static str]],
}

/// The crates with floors. In the others only circles are looked for.
pub(super) const FLOORS: &[Floors] = &[Floors {
    sources: "gauntlet-runtime/src",
    floors: &[
        &["front"],
        &["report"],
        &["suite"],
        &["checks"],
        &["context"],
        &["stage"],
        &["error"],
        &["model"],
        &["finding"],
        &["engines"],
        &["history"],
        &["naming"],
        &["fill"],
        &["repair"],
        &["catalog"],
        &["queries"],
        &["isolation"],
        &["server"],
        &["git"],
        &["sql"],
        &["driver", "names", "env", "regular_file", "runtime", "sink", "at_exit"],
    ],
}];

/// A crate below the front: it does not print, panic by itself, or read arguments and environment.
pub(super) struct Quiet {
    pub(super) sources: &'static str,
    /// The rooms and files that may. An entry that does nothing of it fails the test.
    pub(super) open: &'static [&'static str],
}

/// The crates below the front. The facade is left out: it is what the macro's expansion calls.
pub(super) const QUIET: &[Quiet] = &[
    Quiet { sources: "gauntlet-runtime/src", open: &["front", "env"] },
    Quiet { sources: "gauntlet-plan/src", open: &[] },
    Quiet { sources: "gauntlet-model/src", open: &[] },
    // Which optional servers get tests, whether a folder has down scripts, and whether the crate has prepared queries, is
    // found while the crate is compiled; so are the settings of a file.
    Quiet {
        sources: "gauntlet-macros/src",
        open: &["suite/downs.rs", "suite/expand.rs", "suite/prepared.rs", "suite/settings_file.rs"],
    },
];

/// Paths that one folder owns.
pub(super) struct Owned {
    pub(super) sources: &'static str,
    /// How the paths begin.
    pub(super) paths: &'static [&'static str],
    /// The folder, within the sources.
    pub(super) folder: &'static str,
}

pub(super) const OWNED: &[Owned] = &[
    // What stands on a type of sqlx stands on one version of it: `driver` knows which.
    Owned { sources: "gauntlet-runtime/src", paths: &["sqlx", "sqlx_08"], folder: "driver" },
    // The embedded server is not built on other systems; all the rest is.
    Owned { sources: "gauntlet-runtime/src", paths: &["libc", "std::os"], folder: "server/local" },
];

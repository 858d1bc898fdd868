//! The files of an embedded server: whose they are, and what happens when they are damaged.

use std::path::{Path, PathBuf};

use gauntlet_runtime::server::{Server, SourceContext, embedded};

use crate::support::area::{Area, is_root, run};

/// A context with its own cache, so that it can be damaged.
fn context(area: &Area) -> (SourceContext, PathBuf) {
    let cache = area.root.join("cache");
    let mut variables: Vec<(String, PathBuf)> = area.environment();
    variables.push(("GAUNTLET_CACHE_DIR".to_owned(), cache.clone()));
    variables.push(("PATH".to_owned(), std::env::var_os("PATH").unwrap_or_default().into()));
    (SourceContext::default().with_environment(variables), cache)
}

/// Starts another server than all before it, of the same cached cluster.
async fn start(context: &SourceContext, number: u32) -> std::sync::Arc<Server> {
    let source = embedded().setting("gauntlet.number", number.to_string());
    let server = Server::shared(&source, context).await.unwrap_or_else(|e| panic!("failed to {e}"));
    server.connect().await.unwrap_or_else(|e| panic!("failed to {e}"));
    server
}

/// The one cached cluster.
fn cluster(cache: &Path) -> PathBuf {
    let entries = std::fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path());
    let clusters: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    assert_eq!(clusters.len(), 1, "{clusters:?}");
    clusters[0].clone()
}

#[test]
fn a_damaged_cache_is_made_anew() {
    let area = Area::new();
    let (context, cache) = context(&area);
    run(async {
        start(&context, 1).await;
        let cached = cluster(&cache);

        // Half: a file is missing.
        std::fs::remove_file(cached.join("data/base/1/1259")).unwrap();
        start(&context, 2).await;

        // Half: what says that it is whole is missing.
        std::fs::remove_file(cluster(&cache).join("manifest")).unwrap();
        start(&context, 3).await;

        // Of the right size, but with other bytes in it: seen only when it does not start.
        let control = cluster(&cache).join("data/global/pg_control");
        let size = control.metadata().unwrap().len();
        std::fs::write(&control, vec![0xab; usize::try_from(size).unwrap()]).unwrap();
        start(&context, 4).await;
        assert_ne!(std::fs::read(&control).unwrap()[0], 0xab);

        // What a killed process has left.
        let left = cache.join("new-01234567");
        std::fs::create_dir(&left).unwrap();
        std::fs::remove_dir_all(cluster_without(&cache, &left)).unwrap();
        start(&context, 5).await;
        assert!(!left.exists());
    });
    let scratch = std::fs::read_dir(area.servers()[0].parent().unwrap()).unwrap();
    for entry in scratch {
        let name = entry.unwrap().file_name();
        assert!(!name.to_string_lossy().starts_with("init-"), "{name:?}");
    }
}

fn cluster_without(cache: &Path, other: &Path) -> PathBuf {
    let mut entries = std::fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path());
    entries.find(|path| path.is_dir() && path != other).unwrap()
}

#[test]
fn a_server_that_does_not_start_is_reported_with_its_log() {
    let area = Area::new();
    let (context, _) = context(&area);
    let source = embedded().setting("shared_buffers", "many");
    let error = run(async { Server::shared(&source, &context).await }).unwrap_err().to_string();
    assert!(error.starts_with("run `/"), "{error}");
    assert!(error.contains("/postgres`: exit status: 1\n    "), "{error}");
    assert!(error.contains(r#"invalid value for parameter "shared_buffers": "many""#), "{error}");
    // Its directory is gone at once, not only with its reaper.
    assert_eq!(area.servers(), Vec::<PathBuf>::new());
}

#[test]
fn a_directory_of_somebody_else_is_not_used() {
    if !is_root() {
        return;
    }
    let area = Area::new();
    let (context, _) = context(&area);
    let taken = area.root.join("gauntlet-0");
    std::fs::create_dir(&taken).unwrap();
    std::os::unix::fs::chown(&taken, Some(1), Some(1)).unwrap();
    // Nor is a link, wherever it leads.
    let target = area.root.join("target");
    std::fs::create_dir(&target).unwrap();
    std::os::unix::fs::symlink(&target, area.root.join("gauntlet-0-2")).unwrap();
    let server = run(start(&context, 1));
    let socket = server.options().get_socket().unwrap().clone();
    assert!(socket.starts_with(area.root.join("gauntlet-0-3")), "{socket:?}");
}

/// A `umask` that takes away the rights that the server's user needs.
#[test]
fn the_umask_does_not_matter() {
    let area = Area::new();
    let mut command = std::process::Command::new("/bin/sh");
    command
        .args(["-c", "umask 077; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .env("GAUNTLET_CACHE_DIR", area.root.join("cache"));
    let user = area.start(command, "umask");
    assert_eq!(user.said.len(), 3, "{:?}", user.said);
    user.finish();
    area.assert_gone();
}

/// As in a shell that holds a lock: `exec 9>lock; flock 9; cargo test`.
#[test]
fn descriptors_of_the_callers_are_not_kept_open() {
    let area = Area::new();
    let lock = area.root.join("caller");
    let mut command = std::process::Command::new("/bin/sh");
    command
        .args(["-c", "exec 7>\"$1\"; shift; exec \"$@\"", "sh"])
        .arg(&lock)
        .arg(std::env::current_exe().unwrap());
    let user = area.start(command, "descriptors");
    let holders: Vec<String> = area
        .processes()
        .into_iter()
        .filter(|(pid, _)| {
            let fds = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten();
            fds.filter_map(Result::ok)
                .any(|fd| std::fs::read_link(fd.path()).is_ok_and(|path| path == lock))
        })
        .map(|(_, line)| line)
        .collect();
    assert_eq!(holders, Vec::<String>::new());
    user.kill();
    area.assert_gone();
}

//! One embedded server for all processes of a user, gone with the last of them.

use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;
use std::time::Duration;

use gauntlet_runtime::isolation::{Isolation, Sandbox, settle};
use gauntlet_runtime::server::{Server, auto, embedded};

use crate::support::area::{Area, ROLE, is_root, open_to_all, run, signal, wait_until};
use crate::support::context;

/// Not a test when run as one: what the processes do that the tests start.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    run(async {
        let server = match role.as_str() {
            "url" => Server::shared(&auto(), &context()).await,
            _ => Server::shared(&embedded(), &context()).await,
        }
        .unwrap_or_else(|error| panic!("failed to {error}"));
        println!("\nsaid: {}", server.origin());
        let mut sandboxes = Vec::new();
        for isolation in [Isolation::Database, Isolation::Schema] {
            let sandbox = Sandbox::create(&server, Some(isolation), &role).await.unwrap();
            println!("said: {}", sandbox.name());
            sandboxes.push(sandbox);
        }
        // What it does in the background is done, too: whoever waits for it may kill others then.
        settle().await;
        println!("ready");
        let wait = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        wait.await.unwrap().unwrap();
        for sandbox in sandboxes {
            sandbox.close().await.unwrap();
        }
    });
}

/// They wait for servers to end more than they do anything, so they wait at the same time.
#[test]
fn servers_live_as_long_as_they_are_used() {
    let tests: [fn(); 13] = [
        processes_share_a_server_and_it_ends_with_the_last,
        a_server_ends_after_users_that_are_killed,
        processes_that_start_at_once_start_one_server,
        a_process_that_is_killed_while_it_starts_leaves_nothing,
        a_directory_without_reaper_is_ended_by_the_next_process_and_no_other_process_is_hurt,
        a_directory_without_reaper_is_ended_beside_a_server_that_runs,
        the_death_of_the_reaper_hurts_no_user_and_is_mended_by_the_next_process,
        the_death_of_the_server_is_reported_and_the_next_process_starts_another,
        an_ordinary_user_starts_a_server_too,
        root_with_a_containers_rights_starts_a_server_and_it_ends,
        a_kept_sandbox_keeps_its_server_until_it_is_released,
        a_server_whose_folder_is_removed_ends_too,
        no_other_user_gets_to_the_server_of_root,
    ];
    std::thread::scope(|scope| {
        for test in tests {
            scope.spawn(test);
        }
    });
}

fn processes_share_a_server_and_it_ends_with_the_last() {
    let area = Area::new();
    let one = area.child("one");
    let two = area.child("two");
    let servers = area.servers();
    assert_eq!(servers.len(), 1);
    assert_eq!(servers[0].metadata().unwrap().permissions().mode() & 0o066, 0);
    let sockets = servers[0].join("s").metadata().unwrap();
    assert_eq!(sockets.permissions().mode() & 0o777, 0o700);

    one.finish();
    // Longer than the reaper lingers.
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(area.servers(), servers);
    two.finish();
    // Comes while the reaper lingers, and finds it still warm.
    std::thread::sleep(Duration::from_secs(1));
    area.child("three").finish();
    assert_eq!(area.servers(), servers);
    area.assert_gone();
}

/// With all that users get: the usual wait, and the 30 s that are promised.
fn a_server_ends_after_users_that_are_killed() {
    let area = Area::with_usual_linger();
    let (one, two) = (area.child("one"), area.child("two"));
    one.kill();
    two.kill();
    area.assert_gone();
}

fn processes_that_start_at_once_start_one_server() {
    let area = Area::new();
    let users: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..6).map(|_| scope.spawn(|| area.child("one"))).collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(area.servers().len(), 1);
    for user in users {
        assert_eq!(user.said.len(), 3, "{:?}", user.said);
        user.kill();
    }
    area.assert_gone();
}

/// Wherever it is in its start: nothing yet, a directory, a reaper, a server.
fn a_process_that_is_killed_while_it_starts_leaves_nothing() {
    let area = Area::new();
    for delay in [5, 10, 20, 30, 40, 60, 80, 120] {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut child = command
            .args(["--exact", "server::life::child"])
            .env("GAUNTLET_RUNTIME_DIR", &area.root)
            .env(ROLE, "killed")
            .env_remove("DATABASE_URL")
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // Whatever is there is now somebody's to end, at the latest the next one's.
    area.child("last").finish();
    area.assert_gone();
}

fn a_directory_without_reaper_is_ended_by_the_next_process_and_no_other_process_is_hurt() {
    let area = Area::new();
    // A child to learn the directory's name, and which ends.
    let one = area.child("one");
    let root = area.servers()[0].parent().unwrap().to_owned();
    one.finish();
    area.assert_gone();
    let mut innocent = Command::new("sleep").arg("60").spawn().unwrap();
    let stale = root.join("01234567-89abcdef");
    std::fs::create_dir_all(stale.join("data")).unwrap();
    // As after a restart of the machine: the number now belongs to another process.
    std::fs::write(stale.join("data/postmaster.pid"), format!("{}\n", innocent.id())).unwrap();
    area.child("two").finish();
    area.assert_gone();
    assert!(innocent.try_wait().unwrap().is_none());
    innocent.kill().unwrap();
    innocent.wait().unwrap();
}

/// Whoever joins a server that runs starts none, and clears up all the same.
fn a_directory_without_reaper_is_ended_beside_a_server_that_runs() {
    let area = Area::new();
    let one = area.child("one");
    let server = area.servers()[0].clone();
    let stale = server.parent().unwrap().join("01234567-89abcdef");
    std::fs::create_dir_all(stale.join("data")).unwrap();
    let made = Command::new("mkfifo").arg(stale.join("users")).status().unwrap();
    assert!(made.success());
    area.child("two").finish();
    wait_until("the stale directory is gone", || !stale.exists());
    assert_eq!(area.servers(), [server]);
    one.finish();
    area.assert_gone();
}

fn the_death_of_the_reaper_hurts_no_user_and_is_mended_by_the_next_process() {
    let area = Area::new();
    let one = area.child("one");
    let servers = area.servers();
    let reapers: Vec<_> =
        area.processes().into_iter().filter(|(_, line)| line.contains("/reaper ")).collect();
    assert_eq!(reapers.len(), 1, "{reapers:#?}");
    signal("-KILL", reapers[0].0);
    wait_until("the reaper is dead", || !area.processes().contains(&reapers[0]));
    let two = area.child("two");
    assert_eq!(area.servers(), servers);
    two.finish();
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(area.servers(), servers);
    one.finish();
    area.assert_gone();
}

fn the_death_of_the_server_is_reported_and_the_next_process_starts_another() {
    let area = Area::new();
    run(async {
        let server = Server::shared(&embedded(), &area.context()).await.unwrap();
        let pid = std::fs::read_to_string(area.servers()[0].join("data/postmaster.pid")).unwrap();
        let pid: u32 = pid.lines().next().unwrap().parse().unwrap();
        signal("-KILL", pid);
        wait_until("the server is dead", || {
            area.processes().iter().all(|(other, _)| *other != pid)
        });
        let error = server.connect().await.unwrap_err().to_string();
        assert!(error.starts_with("connect to the embedded PostgreSQL "), "{error}");
        // A connection that the kernel took just before the socket closed is reset.
        let printed =
            ["Connection refused", "Connection reset"].iter().any(|why| error.contains(why));
        assert!(printed, "{error}");
    });
    let other = area.child("other");
    assert_eq!(area.servers().len(), 2);
    other.finish();
    // Ours remains until this process ends, as does its reaper, so it cannot be waited for; it is one of the two.
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(area.servers().len(), 1);
}

/// Root may be anybody; an ordinary user runs every other test as what it is.
fn an_ordinary_user_starts_a_server_too() {
    if !is_root() {
        return;
    }
    let area = Area::new();
    // The build directory may be one that only root can enter. A process of its own copies: what another thread starts
    // while this one writes would hold the file open for a moment, and a file that is written is not started.
    let binary = area.root.join("it");
    let copied = Command::new("cp").arg(std::env::current_exe().unwrap()).arg(&binary).status();
    assert!(copied.unwrap().success());
    let home = area.root.join("home");
    std::fs::create_dir(&home).unwrap();
    open_to_all(&home);
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=1", "--regid=1", "--clear-groups"])
        .arg(&binary)
        .env("HOME", &home)
        .env_remove("XDG_CACHE_HOME")
        .current_dir("/");
    let user = area.start(command, "ordinary");
    assert_eq!(user.said.len(), 3, "{:?}", user.said);
    let servers = area.servers();
    assert_eq!(servers.len(), 1);
    assert!(servers[0].starts_with(area.root.join("gauntlet-1")), "{servers:?}");
    user.kill();
    area.assert_gone();
}

/// Root in a container has not all the rights of root.
fn root_with_a_containers_rights_starts_a_server_and_it_ends() {
    if !is_root() {
        return;
    }
    let area = Area::new();
    let mut command = Command::new("setpriv");
    command
        .arg("--bounding-set=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid")
        .arg(std::env::current_exe().unwrap());
    let user = area.start(command, "container");
    assert_eq!(user.said.len(), 3, "{:?}", user.said);
    user.kill();
    area.assert_gone();
}

fn a_kept_sandbox_keeps_its_server_until_it_is_released() {
    let area = Area::new();
    let mut user = area.child("keeper");
    let servers = area.servers();
    std::fs::File::create(servers[0].join("keep")).unwrap();
    user.child.kill().unwrap();
    user.child.wait().unwrap();
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(area.servers(), servers);
    std::fs::remove_file(servers[0].join("keep")).unwrap();
    area.assert_gone();
}

/// PostgreSQL sees that its folder is gone within a minute, and not at all where it was mounted.
fn a_server_whose_folder_is_removed_ends_too() {
    let area = Area::new();
    let user = area.child("removed");
    let folder = area.servers().remove(0);
    // The server may write a file while they are removed.
    while let Err(error) = std::fs::remove_dir_all(&folder) {
        assert_eq!(error.kind(), std::io::ErrorKind::DirectoryNotEmpty);
    }
    user.kill();
    area.assert_gone();
}

/// Neither by its socket nor by its files, whatever account it has.
fn no_other_user_gets_to_the_server_of_root() {
    if !is_root() {
        return;
    }
    let area = Area::new();
    let user = area.child("closed");
    let server = &area.servers()[0];
    let looks = |account: &str, folder: &str| {
        let mut command = Command::new("setpriv");
        command.args([&format!("--reuid={account}"), "--clear-groups", "ls"]);
        command.arg(server.join(folder)).current_dir("/").output().unwrap().status.success()
    };
    let owner = std::fs::metadata(server.join("s")).unwrap().uid().to_string();
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap();
    let accounts: Vec<&str> = passwd
        .lines()
        .filter_map(|line| line.split(':').nth(2))
        .filter(|uid| *uid != "0")
        .collect();
    assert!(accounts.len() > 5 && !accounts.contains(&&*owner), "{owner}: {accounts:?}");
    for folder in ["s", "data"] {
        assert!(looks(&owner, folder));
        for account in &accounts {
            assert!(!looks(account, folder), "{account} reads {folder}");
        }
    }
    user.kill();
    area.assert_gone();
}

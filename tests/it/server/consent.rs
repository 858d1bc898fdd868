//! Consent to a server that may be production.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;

use expect_test::expect;
use gauntlet_runtime::server::{Server, SourceContext, auto};

use crate::support::area::run;
use crate::support::database::{UsersDatabase, execute, server};

/// The address under which other machines know this one.
fn own_address() -> IpAddr {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    // Nothing is sent: the system only chooses the interface.
    socket.connect("192.0.2.1:9").expect("this machine has no network interface");
    socket.local_addr().unwrap().ip()
}

/// Listens on that address and hands everything on to the server's socket.
fn forward(socket: String) -> SocketAddr {
    let listener = TcpListener::bind((own_address(), 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().filter_map(Result::ok) {
            let Ok(server) = UnixStream::connect(&socket) else { return };
            copy_both(client, server);
        }
    });
    address
}

fn copy_both(client: TcpStream, server: UnixStream) {
    let (mut from_client, mut to_server) =
        (client.try_clone().unwrap(), server.try_clone().unwrap());
    std::thread::spawn(move || {
        drop(io::copy(&mut from_client, &mut to_server));
        drop(to_server.shutdown(std::net::Shutdown::Write));
    });
    let (mut from_server, mut to_client) = (server, client);
    std::thread::spawn(move || {
        drop(io::copy(&mut from_server, &mut to_client));
        drop(to_client.shutdown(std::net::Shutdown::Both));
    });
}

/// The error of the server in a variable, or an empty text.
fn refusal(url: &str, allowed: &str) -> String {
    let environment = [("DATABASE_URL", url), ("GAUNTLET_ALLOW_HOST", allowed)];
    let context = SourceContext::default().with_environment(environment);
    match run(async { Server::shared(&auto(), &context).await }) {
        Ok(_) => String::new(),
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn a_server_that_may_be_production_needs_consent() {
    let (mut user, base) = run(async {
        let base = server().await;
        (UsersDatabase::new(&base).await, base)
    });
    let options = base.options();
    let socket = options.get_socket().unwrap().join(format!(".s.PGSQL.{}", options.get_port()));
    let address = forward(socket.display().to_string());
    let role = options.get_username().to_owned();
    let name = format!("shop_{}", uuid::Uuid::new_v4().simple());
    let ours = format!("{name}_test");
    run(async {
        for name in [&name, &ours] {
            execute(&mut user.admin, format!("CREATE DATABASE {name}")).await;
        }
    });
    let url = |database: &str| format!("postgres://{role}@{address}/{database}?sslmode=disable");
    let (host, authority) = (address.ip().to_string(), address.to_string());

    // An empty one is none that a service lives from.
    assert_eq!(refusal(&url(&name), ""), "");
    run(async {
        for name in [&name, &ours] {
            let options = base.options().database(name);
            let mut inside = sqlx::ConnectOptions::connect(&options).await.unwrap();
            execute(&mut inside, "CREATE TABLE orders (id int)".to_owned()).await;
        }
    });
    // Another spelling of the URL, since what was found is kept for the process.
    let refused = refusal(&format!("{}&application_name=x", url(&name)), "db.example.com")
        .replace(&authority, "HOST:PORT")
        .replace(&host, "HOST")
        .replace(&name, "shop");
    expect![[r#"
        use DATABASE_URL (postgres://postgres@HOST:PORT/shop?sslmode=disable&application_name=x): it may be production, since the database shop on HOST holds tables
        the tests would make databases or schemas of their own there, and remove them again; consent to that with GAUNTLET_ALLOW_HOST=HOST
        or name another server in GAUNTLET_DATABASE_URL; or, to test on a PostgreSQL that is started for the tests, give `db = gauntlet::db::embedded()`
    "#]].assert_eq(&refused);
    assert_eq!(refusal(&url(&name), &format!("db.example.com, {host}")), "");
    assert_eq!(refusal(&url(&ours), ""), "");
    run(async {
        for name in [&name, &ours] {
            execute(&mut user.admin, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    });
}

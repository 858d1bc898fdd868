//! The server that all tests share, and SQL on it.

use std::sync::Arc;

use gauntlet_runtime::server::Server;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::support::{context, embedded};

/// The server that all tests share.
pub(crate) async fn server() -> Arc<Server> {
    Server::shared(&embedded(), &context()).await.unwrap()
}

/// Runs statements.
pub(crate) async fn execute(connection: &mut PgConnection, sql: impl Into<String>) {
    let sql = sql.into();
    connection.execute(AssertSqlSafe(sql.clone())).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// The first column of all rows.
pub(crate) async fn texts(connection: &mut PgConnection, sql: impl Into<String>) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.into())).fetch_all(connection).await.unwrap()
}

/// A database as a user of the tool has one: with a server of their own behind a URL.
pub(crate) struct UsersDatabase {
    pub(crate) url: String,
    pub(crate) admin: PgConnection,
}

impl UsersDatabase {
    pub(crate) async fn new(server: &Arc<Server>) -> Self {
        let name = format!("shop {}", uuid::Uuid::new_v4().simple());
        execute(&mut server.connect().await.unwrap(), format!("CREATE DATABASE \"{name}\"")).await;
        let options = server.options();
        let socket = options.get_socket().unwrap().to_str().unwrap().replace('/', "%2F");
        let url = format!("postgres://postgres@{socket}:5432/{}", name.replace(' ', "%20"));
        let admin = PgConnection::connect(&url).await.unwrap();
        Self { url, admin }
    }

    /// The server as the tool sees it through the URL; not shared, so that each is as if in another process.
    pub(crate) async fn server(&self) -> Arc<Server> {
        Arc::new(Server::from_url(&self.url, "DATABASE_URL").await.unwrap())
    }
}

//! The source that runs a PostgreSQL in a container, through the crate `testcontainers`.
//!
//! The container is removed after its last user by a shell that outlives them, as the embedded server is ended:
//! `testcontainers` removes a container when a value is dropped, and statics never are. So one container serves all
//! processes that ask for the same, and none is left behind after a panic or a kill.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use testcontainers::core::IntoContainerPort as _;
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, Image, ImageExt as _};
use tracing::debug;

use super::container_directory::{adopt_orphans, close, directories, join, start_reaper};
use super::digest::digest;
use super::error::ServerError;
use super::handle::Server;
use super::local::account::Account;
use super::local::area::Area;
use super::local::files::make_directory;
use super::source::Source;
use super::source_context::SourceContext;
use crate::runtime::BoxFuture;

/// The port of PostgreSQL in the container.
const PORT: u16 = 5432;

/// How long the server in the container may take to answer.
const READY: Duration = Duration::from_secs(120);

/// How long one that has answered before may take: it may have been removed by hand.
const READY_AGAIN: Duration = Duration::from_secs(5);

/// The last lines of its log that an error shows.
const LOG_LINES: usize = 10;

/// A PostgreSQL in a container; made by [`container()`] and [`container_of()`].
#[derive(Clone)]
pub struct Container {
    image: String,
    user: String,
    password: String,
    database: String,
    env: Vec<(String, String)>,
    command: Vec<String>,
    reuse: bool,
    run: Arc<dyn Run>,
}

/// A PostgreSQL in a container of this image, such as `postgres:17`, on a Docker engine.
///
/// User, password and database are `postgres`; the server trades safety after a power cut for speed, as the embedded
/// one does. One container serves all processes that ask for the same, and is removed 10 s after the last of them
/// has ended, however it ended. It needs a Docker engine (`DOCKER_HOST`, or the usual socket), and `docker` or `curl`
/// in `PATH` for the removal.
pub fn container(image: impl Into<String>) -> Container {
    let command = ["postgres", "-c", "fsync=off", "-c", "full_page_writes=off"];
    Container {
        image: image.into(),
        user: "postgres".into(),
        password: "postgres".into(),
        database: "postgres".into(),
        env: Vec::new(),
        command: command.map(String::from).into(),
        reuse: true,
        run: Arc::new(Named),
    }
}

/// A PostgreSQL in a container that a function describes with the types of `testcontainers` (exported as
/// [`testcontainers`]): image, environment, command, mounts, network, … Its port 5432 has to be exposed.
///
/// User, password and database are `postgres` unless they are set; they have to be those of the description's
/// environment.
///
/// ```no_run
/// use gauntlet_runtime::server::{container_of, testcontainers};
/// use testcontainers::core::IntoContainerPort as _;
/// use testcontainers::{GenericImage, ImageExt as _};
///
/// let source = container_of(|| {
///     GenericImage::new("postgis/postgis", "17-3.5")
///         .with_exposed_port(5432.tcp())
///         .with_env_var("POSTGRES_PASSWORD", "secret")
/// })
/// .password("secret");
/// ```
pub fn container_of<I, R>(describe: impl Fn() -> R + Send + Sync + 'static) -> Container
where
    I: Image + 'static,
    R: Into<ContainerRequest<I>>,
{
    let request: ContainerRequest<I> = describe().into();
    let mut source = container(request.descriptor());
    source.env = request.env_vars().map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    source.env.sort();
    source.command = request.cmd().map(std::borrow::Cow::into_owned).collect();
    source.run = Arc::new(Described(move || describe().into()));
    source
}

impl Container {
    /// The role to connect as. Default: `postgres`.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = user.into();
        self
    }

    /// The role's password. Default: `postgres`.
    #[must_use]
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = password.into();
        self
    }

    /// The database to connect to first. Default: `postgres`.
    #[must_use]
    pub fn database(mut self, database: impl Into<String>) -> Self {
        self.database = database.into();
        self
    }

    /// A variable of the container's environment. No effect after [`container_of`].
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// The command that the container runs, in the place of ours. No effect after [`container_of`].
    #[must_use]
    pub fn command<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.command = words.into_iter().map(Into::into).collect();
        self
    }

    /// Shares the container among all processes that ask for the same one. Default: `true`. With `false` each process has
    /// its own.
    #[must_use]
    pub fn reuse(mut self, reuse: bool) -> Self {
        self.reuse = reuse;
        self
    }

    fn failed(&self, reason: impl fmt::Display) -> ServerError {
        ServerError::Container { image: self.image.clone(), reason: reason.to_string() }
    }

    async fn start(&self, context: &SourceContext) -> Result<Server, ServerError> {
        let account = Account::current(context)?;
        let area = Area::open(context, account)?;
        let own = (!self.reuse).then(|| uuid::Uuid::new_v4().to_string());
        let description = Source::describe(self);
        let engine = context.var_os("DOCKER_HOST").unwrap_or_default();
        let key = digest(&[
            &description,
            &self.password,
            &engine.to_string_lossy(),
            own.as_deref().unwrap_or(""),
        ]);
        let (root, prefix) = (area.lasting(), format!("container-{key:016x}-"));
        let mut _lock = None;
        if self.reuse {
            // Held until the container runs, so that no other process starts a second one.
            let path = root.join(format!("container-{key:016x}.lock"));
            let lock = tokio::task::spawn_blocking(move || super::local::area::lock(&path));
            _lock = Some(lock.await.map_err(|error| self.failed(error))??);
        }
        for directory in directories(root, &prefix) {
            let Some((lease, url)) = join(&directory) else { continue };
            match self.answer(&url, READY_AGAIN, None).await {
                Ok(server) => return Ok(server.with_lease(lease)),
                Err(error @ ServerError::ContainerServer { .. }) => {
                    debug!(%error, ?directory, "a container that ran is gone");
                    close(&directory);
                }
                // It answers, and others use it.
                Err(error) => return Err(error),
            }
        }
        adopt_orphans(root, &prefix);
        let id = uuid::Uuid::new_v4().simple().to_string();
        self.run(&root.join(format!("{prefix}{}", &id[..8])), &id[..12]).await
    }

    async fn run(&self, directory: &Path, id: &str) -> Result<Server, ServerError> {
        make_directory(directory, 0o700)
            .map_err(ServerError::io("create the directory", directory))?;
        let name = format!("gauntlet-{id}");
        let write = |file: &str, content: &str| {
            let path = directory.join(file);
            fs::write(&path, content).map_err(ServerError::io("write the file", &path))
        };
        write("name", &name)?;
        let reaper = start_reaper(directory, &name)?;
        let begin = Instant::now();
        let started = self.run.run(self, name.clone()).await;
        // Where this ends with an error, the end of the scope releases the reaper, which clears up.
        let container = started.map_err(|reason| self.failed(reason))?;
        let server = self.connect(&*container, directory).await;
        // From here on the reaper alone removes it, after the last of perhaps many processes.
        std::mem::forget(container);
        let server = server?;
        debug!(name, elapsed = ?begin.elapsed(), "started a container");
        write("open", "")?;
        Ok(server.with_lease(reaper.release()))
    }

    /// Connects to the server in a container that has been started, and writes how to do that to its directory.
    async fn connect(
        &self,
        container: &dyn Running,
        directory: &Path,
    ) -> Result<Server, ServerError> {
        let (host, port) = match container.place().await {
            Ok(place) => place,
            // One that has ended has no port.
            Err(reason) => {
                return Err(match container.exit_code().await {
                    Some(code) => self.ended(code, container).await,
                    None => self.failed(reason),
                });
            }
        };
        let url = format!(
            "postgres://{}:{}@{host}:{port}/{}?sslmode=disable",
            super::url::encode(&self.user),
            super::url::encode(&self.password),
            super::url::encode(&self.database)
        );
        let path = directory.join("url");
        fs::write(&path, &url).map_err(ServerError::io("write the file", &path))?;
        self.answer(&url, READY, Some(container)).await
    }

    /// Asks until the server answers, which it does long after its port is open, or until the container has ended.
    async fn answer(
        &self,
        url: &str,
        limit: Duration,
        container: Option<&dyn Running>,
    ) -> Result<Server, ServerError> {
        let begin = Instant::now();
        let origin = format!("the container {}", self.image);
        loop {
            let error = match Server::from_url(url, &origin).await {
                Err(error @ ServerError::Connect { .. }) => error,
                outcome => return outcome,
            };
            if let Some(container) = container
                && let Some(code) = container.exit_code().await
            {
                return Err(self.ended(code, container).await);
            }
            if begin.elapsed() < limit {
                debug!(%error, "the container is not ready");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
            let error = match error {
                ServerError::Connect { source, .. } => source.to_string(),
                error => error.to_string(),
            };
            return Err(ServerError::ContainerServer {
                image: self.image.clone(),
                reason: format!("has not answered for {limit:?}: {error}"),
                log: match container {
                    Some(container) => container.log().await,
                    None => String::new(),
                },
            });
        }
    }

    async fn ended(&self, code: i64, container: &dyn Running) -> ServerError {
        ServerError::ContainerServer {
            image: self.image.clone(),
            reason: format!("has ended with exit code {code}"),
            log: container.log().await,
        }
    }
}

/// Starting a container of some image; the image's type is known in here only.
trait Run: Send + Sync {
    fn run<'a>(&'a self, source: &'a Container, name: String) -> Started<'a>;
}

type Started<'a> = BoxFuture<'a, Result<Box<dyn Running>, String>>;

/// A container of some image that has been started, while its server is waited for.
trait Running: Send + Sync {
    /// Host and port of the server.
    fn place(&self) -> BoxFuture<'_, Result<(String, u16), String>>;

    /// The exit code, if it has ended.
    fn exit_code(&self) -> BoxFuture<'_, Option<i64>>;

    /// The last lines of its log, with what introduces them, as a part of an error.
    fn log(&self) -> BoxFuture<'_, String>;
}

impl<I: Image> Running for ContainerAsync<I> {
    fn place(&self) -> BoxFuture<'_, Result<(String, u16), String>> {
        Box::pin(async {
            let host = self.get_host().await.map_err(text)?.to_string();
            let port = self.get_host_port_ipv4(PORT).await.map_err(text)?;
            Ok((host, port))
        })
    }

    fn exit_code(&self) -> BoxFuture<'_, Option<i64>> {
        Box::pin(async {
            // An engine also tells 0 of one that runs.
            match self.is_running().await {
                Ok(false) => ContainerAsync::exit_code(self).await.ok().flatten(),
                Ok(true) | Err(_) => None,
            }
        })
    }

    fn log(&self) -> BoxFuture<'_, String> {
        Box::pin(async {
            let mut log = self.stdout_to_vec().await.unwrap_or_default();
            log.extend(self.stderr_to_vec().await.unwrap_or_default());
            let log = String::from_utf8_lossy(&log);
            let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
            let last = &lines[lines.len().saturating_sub(LOG_LINES)..];
            if last.is_empty() {
                return "\nits log is empty".to_owned();
            }
            format!("\nthe end of its log:\n  {}", last.join("\n  "))
        })
    }
}

/// An image by its name.
struct Named;

impl Run for Named {
    fn run<'a>(&'a self, source: &'a Container, name: String) -> Started<'a> {
        // A registry may have a port: the tag follows the last colon after the last slash.
        let image = source.image.as_str();
        let (repository, tag) = match image.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, tag),
            _ => (image, "latest"),
        };
        let mut request = GenericImage::new(repository, tag)
            .with_exposed_port(PORT.tcp())
            .with_env_var("POSTGRES_USER", &source.user)
            .with_env_var("POSTGRES_PASSWORD", &source.password)
            .with_env_var("POSTGRES_DB", &source.database)
            .with_cmd(&source.command);
        for (name, value) in &source.env {
            request = request.with_env_var(name, value);
        }
        Box::pin(start(request, name))
    }
}

/// An image that the user describes.
struct Described<F>(F);

impl<I, F> Run for Described<F>
where
    I: Image + 'static,
    F: Fn() -> ContainerRequest<I> + Send + Sync,
{
    fn run<'a>(&'a self, _: &'a Container, name: String) -> Started<'a> {
        Box::pin(start((self.0)(), name))
    }
}

async fn start<I: Image + 'static>(
    request: ContainerRequest<I>,
    name: String,
) -> Result<Box<dyn Running>, String> {
    let container = request.with_container_name(name).start().await.map_err(text)?;
    Ok(Box::new(container))
}

/// An error with its causes.
#[allow(clippy::needless_pass_by_value, reason = "`map_err` gives it away")]
fn text(error: testcontainers::TestcontainersError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        if !text.contains(&error.to_string()) {
            text.push_str(&format!(": {error}"));
        }
        source = error.source();
    }
    text
}

#[diagnostic::do_not_recommend]
impl Source for Container {
    fn resolve<'a>(
        &'a self,
        context: &'a SourceContext,
    ) -> BoxFuture<'a, Result<Server, ServerError>> {
        Box::pin(self.start(context))
    }

    fn describe(&self) -> String {
        let mut text = format!("container({:?}).user({:?})", self.image, self.user);
        text.push_str(&format!(".database({:?}).command({:?})", self.database, self.command));
        for (name, value) in &self.env {
            text.push_str(&format!(".env({name:?}, {value:?})"));
        }
        if !self.reuse {
            text.push_str(".reuse(false)");
        }
        text
    }
}

/// The password and the environment are not shown.
impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Container").field("image", &self.image).finish_non_exhaustive()
    }
}

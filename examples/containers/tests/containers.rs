//! Migrations on a PostgreSQL in a container. `tests/docker/run` of the repository runs them on a real engine.

use std::process::Command;

use expect_test::expect_file;

// [containers]
use gauntlet::db::testcontainers::core::IntoContainerPort as _;
use gauntlet::db::testcontainers::{ContainerRequest, GenericImage, ImageExt as _};
use gauntlet::db::{Container, container, container_of};

/// The image of the tests here; in a project of yours, `container("postgres:17")`.
fn image() -> String {
    std::env::var("GAUNTLET_TEST_IMAGE").unwrap_or_else(|_| "postgres:17".to_owned())
}

/// One container for all processes that run these tests. They are optional: they need a Docker engine.
#[gauntlet::migration_suite(
    db(docker = optional(container(image())), customised = optional(customised())),
)]
mod migrations {
    #[test]
    async fn reaches_head(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade().await?;
        Ok(())
    }
}

/// Anything that `testcontainers` can describe: image, environment, command, mounts, networks, …
fn customised() -> Container {
    fn described() -> ContainerRequest<GenericImage> {
        let image = image();
        let (name, tag) = image.rsplit_once(':').expect("an image has a tag");
        GenericImage::new(name, tag)
            .with_exposed_port(5432.tcp())
            .with_env_var("POSTGRES_USER", "tester")
            .with_env_var("POSTGRES_PASSWORD", "s3cret/@")
            .with_env_var("POSTGRES_DB", "shop")
            .with_cmd(["postgres", "-c", "fsync=off", "-c", "max_connections=50"])
    }
    container_of(described).user("tester").password("s3cret/@").database("shop").reuse(false)
}
// [/containers]

mod settings {
    #[gauntlet::migration_suite(
        db(customised = optional(super::customised())),
        checks = none
    )]
    mod of_the_customised {
        #[test]
        async fn are_ours(db: &mut gauntlet::TestDb) -> gauntlet::Result<()> {
            let (user, connections): (String, String) =
                sqlx::query_as("SELECT current_user::text, current_setting('max_connections')")
                    .fetch_one(db.conn())
                    .await?;
            assert_eq!((user.as_str(), connections.as_str()), ("tester", "50"));
            Ok(())
        }
    }
}

mod panicking {
    #[gauntlet::migration_suite(db(docker = optional(super::container(super::image()))), checks = none)]
    mod migrations {
        /// The container is removed all the same.
        #[test]
        #[should_panic(expected = "on purpose")]
        async fn on_purpose(_db: &mut gauntlet::TestDb) {
            panic!("on purpose")
        }
    }
}

mod ending {
    /// Its server does not start.
    fn misconfigured() -> super::Container {
        let command = ["postgres", "-c", "shared_buffers=many"];
        super::container(super::image()).command(command).reuse(false)
    }

    #[gauntlet::migration_suite(db(docker = optional(misconfigured())), checks = none)]
    mod migrations {
        /// At once, and with what the server has said.
        #[test]
        #[should_panic(expected = " has ended with exit code 1\nthe end of its log:\n")]
        async fn is_told(_db: &mut gauntlet::TestDb) {}
    }
}

/// Without an engine the error says so, and what to do.
#[test]
fn without_an_engine_the_way_out_is_told() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--include-ignored", "--exact", "--nocapture", "migrations::docker::stairway"])
        .env("DOCKER_HOST", "unix:///nonexistent/docker.sock")
        .env("GAUNTLET_TEST_IMAGE", "postgres:17")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let said = text.split("panicked at ").nth(1).unwrap_or(&text);
    let said = said.split_once('\n').map_or(said, |(_, rest)| rest);
    let said = said.split("stack backtrace").next().unwrap_or(said);
    let said = said.split("note: run with").next().unwrap_or(said);
    expect_file!["../output/no-engine.txt"].assert_eq(&format!("{}\n", said.trim_end()));
}

//! Whether a folder of migrations has a way back at all, read while the suite expands: only then can a test be ignored.

use std::path::Path;

use super::attr::{Settings, migrations};

/// Returns `true` if the suite runs a folder of sqlx migrations none of which has a down script, and says nothing about the
/// way back itself. A folder that is missing or empty is the business of the tests.
pub(crate) fn has_none(settings: &Settings) -> bool {
    if settings.suite.is_some()
        || settings.irreversible.is_some()
        || settings.downgrade_floor.is_some()
    {
        return false;
    }
    let Some(crate_folder) = std::env::var_os("CARGO_MANIFEST_DIR") else { return false };
    let folders = match &settings.migrations {
        None => {
            let named = named_by_sqlx(Path::new(&crate_folder));
            Some(vec![named.unwrap_or_else(|| "migrations".to_owned())])
        }
        Some(given) => migrations::folders(&given.value),
    };
    folders.is_some_and(|folders| {
        folders.iter().all(|folder| of_folder(&Path::new(&crate_folder).join(folder)))
    })
}

/// The folder that the crate's `sqlx.toml` names. A file that cannot be read is the business of the tests.
#[cfg(feature = "sqlx-toml")]
fn named_by_sqlx(crate_folder: &Path) -> Option<String> {
    let file = Some(crate_folder.join("sqlx.toml")).filter(|file| file.is_file())?;
    let text = std::fs::read_to_string(file).ok()?;
    let document = toml::de::DeTable::parse(&text).ok()?;
    let migrate = document.get_ref().get("migrate")?.get_ref().as_table()?;
    Some(migrate.get("migrations-dir")?.get_ref().as_str()?.to_owned())
}

#[cfg(not(feature = "sqlx-toml"))]
fn named_by_sqlx(_: &Path) -> Option<String> {
    None
}

fn of_folder(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut ups = false;
    for name in names {
        let Some((version, rest)) = name.split_once('_') else { continue };
        let Some(rest) = rest.strip_suffix(".sql") else { continue };
        if version.parse::<i64>().is_err() {
            continue;
        }
        if rest.strip_suffix(".down").is_some() {
            return false;
        }
        ups = true;
    }
    ups
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[cfg(feature = "sqlx-toml")]
    fn new_folder(name: &str) -> PathBuf {
        let name = format!("gauntlet-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("the folder can be made");
        folder
    }

    #[cfg(feature = "sqlx-toml")]
    #[test]
    fn the_folder_that_sqlx_reads() {
        let folder = new_folder("sqlx-toml");
        let named = |text: &str| {
            std::fs::write(folder.join("sqlx.toml"), text).expect("it can be written");
            named_by_sqlx(&folder)
        };
        assert_eq!(named("[migrate]\nmigrations-dir = 'db'"), Some("db".to_owned()));
        assert_eq!(named("[migrate]\ntable-name = 'x'"), None);
        assert_eq!(named("migrations-dir = 'db'"), None);
        assert_eq!(named("[migrate"), None);
        std::fs::remove_dir_all(&folder).expect("it can be removed");
    }

    #[test]
    fn a_folder_of_ups_alone() {
        let folder = std::env::temp_dir().join(format!("gauntlet-downs-{}", std::process::id()));
        assert!(!of_folder(&folder), "no folder");
        std::fs::create_dir(&folder).expect("the folder can be made");
        let write = |name: &str| std::fs::write(folder.join(name), "").expect("it can be written");
        write("README.sql");
        assert!(!of_folder(&folder), "no version");
        write("1_users.sql");
        write("2_more.up.sql");
        assert!(of_folder(&folder));
        write("2_more.down.sql");
        assert!(!of_folder(&folder));
        std::fs::remove_dir_all(&folder).expect("it can be removed");
    }
}

//! Services, as libpq has them: named sets of connection parameters in a file. sqlx does not read them.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::error::ServerError;
use super::source_context::SourceContext;
use super::url::{encode, mask};

/// A database URL with the parameters of its service in it: the one that it names (`?service=shop`), else the one in
/// `PGSERVICE`. What the URL says itself stays.
///
/// # Errors
///
/// No service has this name, or a file with services cannot be read.
pub(super) fn resolve(
    url: &str,
    origin: &str,
    context: &SourceContext,
) -> Result<String, ServerError> {
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    let (named, mut pairs): (Vec<&str>, Vec<&str>) =
        query.split('&').filter(|pair| !pair.is_empty()).partition(|pair| key(pair) == "service");
    let named = named.last().and_then(|pair| pair.split_once('='));
    let variable = context.var_os("PGSERVICE").map(|name| name.to_string_lossy().into_owned());
    let Some(name) = named.map(|(_, name)| decode(name)).or(variable) else {
        return Ok(url.to_owned());
    };
    let invalid = |reason: String| ServerError::UrlInvalid {
        origin: origin.to_owned(),
        url: Some(mask(url)),
        reason,
    };
    let parameters = parameters(&name, context).map_err(invalid)?;
    let said = said(before);
    let added: Vec<String> = parameters
        .iter()
        .filter(|(key, _)| {
            !said.contains(&key.as_str()) && !pairs.iter().any(|pair| self::key(pair) == key)
        })
        .map(|(key, value)| format!("{key}={}", encode(value)))
        .collect();
    pairs.extend(added.iter().map(String::as_str));
    // Without a path, the database of the service is the one that a `dbname` names.
    Ok(if pairs.is_empty() { before.to_owned() } else { format!("{before}?{}", pairs.join("&")) })
}

fn key(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(key, _)| key)
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The parameters that a URL gives before its `?`.
fn said(url: &str) -> Vec<&'static str> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    // An address of IPv6 has colons of its own, in brackets.
    let after = host.rfind(']').map_or(0, |at| at + 1);
    let (end, port) = host[after..].split_once(':').unwrap_or((&host[after..], ""));
    let host = if after > 0 { host } else { end };
    let given = [
        ("user", user),
        ("password", password),
        ("host", host),
        ("hostaddr", host),
        ("port", port),
        ("dbname", database),
    ];
    given.iter().filter(|(_, value)| !value.is_empty()).map(|(key, _)| *key).collect()
}

/// The files with services, the user's own first, as libpq has them.
fn files(context: &SourceContext) -> Vec<PathBuf> {
    let own = context.var_os("PGSERVICEFILE").map(PathBuf::from);
    let home = || Some(PathBuf::from(context.var_os("HOME")?).join(".pg_service.conf"));
    let system =
        context.var_os("PGSYSCONFDIR").map(|folder| PathBuf::from(folder).join("pg_service.conf"));
    own.or_else(home).into_iter().chain(system).collect()
}

/// The parameters of a service; the error says why there are none.
fn parameters(name: &str, context: &SourceContext) -> Result<Vec<(String, String)>, String> {
    let files = files(context);
    for file in &files {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(format!(
                    "the file with services, {}, cannot be read: {error}",
                    file.display()
                ));
            }
        };
        match section(&text, name) {
            Ok(Some(parameters)) => return Ok(parameters),
            Ok(None) => {}
            // Without its words: a line may hold a password.
            Err(line) => {
                return Err(format!("line {line} of {} is not `parameter=value`", file.display()));
            }
        }
    }
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let searched = if files.is_empty() {
        "since neither PGSERVICEFILE nor HOME says where services are".to_owned()
    } else {
        format!("in {}", files.join(" or "))
    };
    Err(format!(
        "there is no service `{name}` {searched}; write a section [{name}] there, or correct the name"
    ))
}

/// The parameters below `[name]`; the error is the number of a line that is none.
fn section(text: &str, name: &str) -> Result<Option<Vec<(String, String)>>, usize> {
    let mut parameters: Option<Vec<(String, String)>> = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(other) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            if parameters.is_some() {
                break;
            }
            if other == name {
                parameters = Some(Vec::new());
            }
        } else if let Some(parameters) = &mut parameters {
            let (key, value) = line.split_once('=').ok_or(at + 1)?;
            // As in libpq, the first one counts.
            if !parameters.iter().any(|(known, _)| known == key) {
                parameters.push((key.to_owned(), value.to_owned()));
            }
        }
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# services\n[other]\nhost=elsewhere\n\n[shop]\nhost=db.internal\nport=5433\nuser=ann\n\
                        password=s3cr@t\ndbname=shop\nsslmode=require\n[last]\nnonsense\n";

    fn resolved(url: &str, variable: Option<&str>) -> Result<String, String> {
        let folder =
            std::env::temp_dir().join(format!("gauntlet-service-{}", uuid::Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        let file = folder.join("services");
        fs::write(&file, FILE).unwrap();
        let service = variable.map(|name| ("PGSERVICE", PathBuf::from(name)));
        let context = SourceContext::default()
            .with_environment(service.into_iter().chain([("PGSERVICEFILE", file.clone())]));
        let resolved = resolve(url, "DATABASE_URL", &context);
        fs::remove_dir_all(&folder).unwrap();
        resolved.map_err(|error| error.to_string().replace(&file.display().to_string(), "FILE"))
    }

    #[test]
    fn a_service_gives_what_the_url_does_not_say() {
        let whole =
            "host=db.internal&port=5433&user=ann&password=s3cr%40t&dbname=shop&sslmode=require";
        for (url, variable, expected) in [
            ("postgres://", None, "postgres://".to_owned()),
            ("postgres://", Some("shop"), format!("postgres://?{whole}")),
            ("postgres:///?service=shop", Some("other"), format!("postgres:///?{whole}")),
            (
                "postgres://bob:x@[::1]:1/test?sslmode=disable",
                Some("shop"),
                "postgres://bob:x@[::1]:1/test?sslmode=disable".to_owned(),
            ),
            (
                "postgres://bob@db/test?service=shop",
                None,
                "postgres://bob@db/test?port=5433&password=s3cr%40t&sslmode=require".to_owned(),
            ),
        ] {
            assert_eq!(resolved(url, variable), Ok(expected));
        }
    }

    #[test]
    fn a_service_that_cannot_be_read_is_an_error_without_its_words() {
        assert_eq!(
            resolved("postgres:///?service=shpo", None).unwrap_err(),
            "use DATABASE_URL: there is no service `shpo` in FILE; write a section [shpo] there, or correct the name \
             (postgres:///?service=shpo)"
        );
        assert_eq!(
            resolved("postgres:///", Some("last")).unwrap_err(),
            "use DATABASE_URL: line 13 of FILE is not `parameter=value` (postgres:///)"
        );
    }
}

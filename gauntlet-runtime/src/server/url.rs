//! Database URLs as text: checked, shown without their password, pointed at another database.
//!
//! Text and not [`PgConnectOptions`](sqlx::postgres::PgConnectOptions), because those do not give their password
//! back and forget what only libpq knows; a URL that we print must still open the same server in `psql`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::ServerError;

/// A PostgreSQL URL, cut where the database's name and our own options go.
#[derive(Clone)]
pub(crate) struct DatabaseUrl {
    /// `postgres://user:password@host:port`, percent-encoded.
    authority: String,
    /// Parameters, percent-encoded, without those that we set.
    query: Vec<(String, String)>,
    /// The libpq `options` that were in the URL, percent-encoded.
    options: Vec<String>,
}

/// The password would be in the derived text.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&mask(&self.authority))
    }
}

impl DatabaseUrl {
    /// Checks the scheme and cuts the URL; `origin` is the place it came from, for messages.
    pub(super) fn parse(url: &str, origin: &str) -> Result<Self, ServerError> {
        let invalid = |reason: &str| ServerError::UrlInvalid {
            origin: origin.to_owned(),
            url: Some(mask(url)),
            reason: reason.to_owned(),
        };
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(invalid(
                "it is not a URL; write postgres://user:password@host:port/database",
            ));
        };
        if !matches!(scheme, "postgres" | "postgresql") {
            if scheme.contains(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)) {
                return Err(invalid(
                    "it is not a URL; write postgres://user:password@host:port/database",
                ));
            }
            return Err(ServerError::NotPostgres {
                origin: origin.to_owned(),
                scheme: scheme.to_owned(),
            });
        }
        if !rest.starts_with("//") {
            return Err(invalid("`//` is missing behind the scheme"));
        }
        let (before_query, query) = url.split_once('?').unwrap_or((url, ""));
        let path = before_query[scheme.len() + 3..].find('/').map(|at| at + scheme.len() + 3);
        let authority = path.map_or(before_query, |at| &before_query[..at]).to_owned();
        let mut parsed = Self { authority, query: Vec::new(), options: Vec::new() };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                // The database is ours to choose, and libpq refuses the capacity, which only sqlx knows.
                "dbname" | "statement-cache-capacity" => {}
                "options" => parsed.options.push(value.replace('+', "%20")),
                _ => parsed.query.push((key.to_owned(), value.to_owned())),
            }
        }
        Ok(parsed)
    }

    /// The URL of a server that listens on a Unix socket in `directory`.
    pub(super) fn socket(directory: &str, port: u16, user: &str) -> Self {
        Self {
            authority: format!("postgres://{}@{}:{port}", encode(user), encode(directory)),
            query: Vec::new(),
            options: Vec::new(),
        }
    }

    /// The same server without any password: to be shown.
    pub(crate) fn without_passwords(&self) -> Self {
        let mut shown = self.clone();
        if let Some((user, host)) = self.authority.rsplit_once('@')
            && let Some((user, _)) =
                user.rsplit_once("://").and_then(|(_, user)| user.split_once(':'))
            && let Some((scheme, _)) = self.authority.split_once("://")
        {
            shown.authority = format!("{scheme}://{user}@{host}");
        }
        shown.query.retain(|(key, _)| !key.contains("password"));
        shown
    }

    /// The URL of a database on this server; `options` are libpq options (`-c name=value`) to add.
    pub(crate) fn with_database(&self, database: &str, options: Option<&str>) -> String {
        let mut url = format!("{}/{}", self.authority, encode(database));
        let mut all = self.options.clone();
        all.extend(options.map(encode));
        let mut pairs: Vec<String> =
            self.query.iter().map(|(key, value)| format!("{key}={value}")).collect();
        if !all.is_empty() {
            pairs.push(format!("options={}", all.join("%20")));
        }
        if !pairs.is_empty() {
            url.push('?');
            url.push_str(&pairs.join("&"));
        }
        url
    }
}

/// The characters that are percent-encoded: all but the unreserved ones of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes everything but unreserved characters; a space is `%20`, since libpq does not read `+`.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The URL with `***` in place of its password. Of a text that cannot be parsed, only the scheme is shown.
pub(super) fn mask(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // Not a URL, perhaps `host=… password=…`: nothing of it is safe to show.
        return "***".to_owned();
    };
    let (before_query, query) = rest.split_once('?').map_or((rest, None), |(a, q)| (a, Some(q)));
    let mut out = format!("{scheme}://");
    // An unescaped `@` or `/` in a password is the usual reason why a URL does not parse, so the last `@` counts.
    if let Some((user, host)) = before_query.rsplit_once('@') {
        match user.split_once(':') {
            Some((name, _)) => out.extend([name, ":***@", host]),
            None => out.extend([user, "@", host]),
        }
    } else {
        out.push_str(before_query);
    }
    if let Some(query) = query {
        let shown: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((key, _)) if key.contains("password") => format!("{key}=***"),
                _ => pair.to_owned(),
            })
            .collect();
        out.push('?');
        out.push_str(&shown.join("&"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_its_passwords_leads_to_the_same_place() {
        for (url, shown) in [
            ("postgres://ann:s3cret@db:5432/shop", "postgres://ann@db:5432/shop"),
            (
                "postgres://ann:a:b%40c@db/shop?sslmode=require",
                "postgres://ann@db/shop?sslmode=require",
            ),
            (
                "postgres://db/shop?user=ann&password=s3cret&sslpassword=x",
                "postgres://db/shop?user=ann",
            ),
            ("postgres://ann@%2Frun%2Fpg/shop", "postgres://ann@%2Frun%2Fpg/shop"),
            ("postgres://:s3cret@db/shop", "postgres://@db/shop"),
        ] {
            let url = DatabaseUrl::parse(url, "DATABASE_URL").unwrap();
            assert_eq!(url.without_passwords().with_database("shop", None), shown);
        }
    }

    #[test]
    fn passwords_are_never_shown() {
        assert_eq!(mask("postgres://ann:s3cret@db/shop"), "postgres://ann:***@db/shop");
        assert_eq!(mask("postgres://ann:s@3/cret@db/shop"), "postgres://ann:***@db/shop");
        assert_eq!(mask("postgres://ann@db/shop"), "postgres://ann@db/shop");
        assert_eq!(
            mask("postgres:///shop?user=ann&password=s3cret"),
            "postgres:///shop?user=ann&password=***"
        );
        assert_eq!(mask("host=db password=s3cret"), "***");
    }

    #[test]
    fn a_url_points_at_another_database_and_keeps_the_rest() {
        let url = DatabaseUrl::parse(
            "postgres://ann:p%40ss@db:5433/shop?sslmode=require&statement-cache-capacity=0&options=-c%20geqo%3Doff",
            "`db`",
        )
        .unwrap();
        assert_eq!(
            url.with_database("a b", Some(r#"-c search_path="x""#)),
            "postgres://ann:p%40ss@db:5433/a%20b?sslmode=require&options=-c%20geqo%3Doff%20-c%20search_path%3D%22x%22"
        );
    }

    #[test]
    fn other_databases_are_named() {
        let error = DatabaseUrl::parse("mysql://root@localhost/shop", "DATABASE_URL").unwrap_err();
        assert_eq!(
            error.to_string(),
            "use DATABASE_URL: it names a `mysql` database, and migrations are tested on PostgreSQL; \
             set GAUNTLET_DATABASE_URL to a postgres:// URL, or use `db = gauntlet::db::embedded()`"
        );
    }
}

//! Products that speak PostgreSQL's protocol and are not PostgreSQL.

/// Products that call themselves PostgreSQL of some version, and the word in their `version()` that gives them away.
const DERIVED: [(&str, &str); 5] = [
    ("-YB-", "YugabyteDB"),
    ("Redshift", "Amazon Redshift"),
    ("Greenplum", "Greenplum"),
    ("Materialize", "Materialize"),
    ("CockroachDB", "CockroachDB"),
];

/// The product whose `version()` this is, if that is not PostgreSQL. Their catalogs, locks and DDL are others, so a migration that
/// passes or fails there says nothing about PostgreSQL.
pub(super) fn other_than_postgresql(version: &str) -> Option<String> {
    let derived = DERIVED.iter().find(|(word, _)| version.contains(word));
    if let Some((_, product)) = derived {
        return Some((*product).to_owned());
    }
    if version.starts_with("PostgreSQL ") {
        return None;
    }
    // `CrateDB 5.6.2 (built …)`: the words before the version.
    let words =
        version.split_whitespace().take_while(|word| word.starts_with(|c: char| c.is_alphabetic()));
    let product = words.take(3).collect::<Vec<_>>().join(" ");
    Some(if product.is_empty() { "another product".to_owned() } else { product })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_names_the_product() {
        for (version, product) in [
            (
                "PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit",
                None,
            ),
            (
                "PostgreSQL 17.5 on aarch64-apple-darwin23.6.0, compiled by Apple clang version 16.0.0, 64-bit",
                None,
            ),
            (
                "PostgreSQL 18beta1 on x86_64-pc-linux-musl, compiled by gcc (Alpine 14.2.0) 14.2.0, 64-bit",
                None,
            ),
            (
                "PostgreSQL 15.2 (EnterpriseDB Advanced Server 15.2.0) on x86_64-pc-linux-gnu, 64-bit",
                None,
            ),
            (
                "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27 01:53:43, go1.19.10)",
                Some("CockroachDB"),
            ),
            (
                "PostgreSQL 11.2-YB-2.20.1.3-b0 on x86_64-pc-linux-gnu, compiled by clang version 16.0.6, 64-bit",
                Some("YugabyteDB"),
            ),
            ("PostgreSQL 15.2-YB-2024.2.0.0-b0 on x86_64-pc-linux-gnu, 64-bit", Some("YugabyteDB")),
            (
                "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017, Redshift 1.0.12103",
                Some("Amazon Redshift"),
            ),
            (
                "PostgreSQL 12.12 (Greenplum Database 7.0.0 build commit:0a7a3566) on x86_64-pc-linux-gnu",
                Some("Greenplum"),
            ),
            (
                "CrateDB 5.6.2 (built a2d2bd3/2024-02-27T10:40:15Z, Linux 6.5.0 amd64)",
                Some("CrateDB"),
            ),
            ("", Some("another product")),
        ] {
            assert_eq!(other_than_postgresql(version).as_deref(), product, "{version}");
        }
    }
}

//! The SQL that a finding proposes, in the place of the statement: it runs, and the check passes.

use gauntlet_runtime::finding::{Language, Status};
use gauntlet_runtime::isolation::Isolation;

use super::report;

/// Statements that fail the check, and have a way without.
const STATEMENTS: [&str; 17] = [
    "CREATE INDEX users_email ON users (email)",
    "CREATE UNIQUE INDEX IF NOT EXISTS \"Users Email\" ON ONLY users USING btree (lower(email), age) INCLUDE (id) WHERE age > 0",
    "CREATE INDEX ON orders (user_id)",
    "CREATE INDEX events_what ON events (what)",
    "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE",
    "ALTER TABLE IF EXISTS ONLY orders ADD CONSTRAINT \"Buyer\" FOREIGN KEY (user_id) REFERENCES users DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE users ADD CHECK (age > 0), ADD CONSTRAINT short CHECK (length(email) < 100)",
    "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
    "ALTER TABLE users ALTER email SET NOT NULL, ALTER age SET NOT NULL",
    "ALTER TABLE users ALTER COLUMN age TYPE bigint USING age::bigint",
    "ALTER TABLE users ALTER email TYPE varchar(100)",
    "ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()",
    "ALTER TABLE users ADD grade int DEFAULT 1 CHECK (grade > 0) REFERENCES orders UNIQUE",
    "ALTER TABLE users ADD CONSTRAINT one_email UNIQUE (email, age)",
    "ALTER TABLE users ADD UNIQUE (email)",
    "REINDEX INDEX orders_by_status",
    "REFRESH MATERIALIZED VIEW totals",
];

#[test]
fn each_passes() {
    for statement in STATEMENTS {
        let new = format!("--- 2_new.sql\n{statement};\n");
        let first = report(&new, Isolation::Database, |suite| suite);
        assert_eq!(first.status(), Status::Failed, "{statement}: {first:#?}");
        let mut versions = String::new();
        let codes =
            first.findings.iter().flat_map(|finding| &finding.help).filter_map(|help| {
                help.code.as_ref().filter(|code| code.language == Language::Sql)
            });
        for (number, code) in codes.enumerate() {
            versions.push_str(&format!("--- {}_step.sql\n{}\n", number + 2, code.text));
        }
        assert!(!versions.is_empty(), "{statement}");
        let then = report(&versions, Isolation::Database, |suite| suite);
        assert_eq!(then.status(), Status::Passed, "{statement}\n{versions}\n{then:#?}");
    }
}

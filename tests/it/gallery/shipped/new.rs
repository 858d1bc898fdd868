//! What is new is what is judged.

use expect_test::expect;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::history::shipped::git;

use crate::support::Repository;

const OLD: &str = r"
--- .gitattributes
*.sql text eol=lf
--- migrations/1_users.sql
CREATE TABLE users (id bigint, email text, CONSTRAINT email_once UNIQUE (email));
CREATE INDEX by_id ON users (id);
";

#[test]
fn naming_judges_the_names_of_new_versions() {
    let repository = Repository::new(OLD);
    let naming = |reference: Option<&str>| {
        let suite = repository.suite();
        let suite = match reference {
            Some(reference) => suite.shipped(git(reference)),
            None => suite,
        };
        repository.text_of(&suite.report(Check::Naming))
    };
    expect![[r#"
        naming: 2 findings

        help: to accept the names that exist (in the attribute):

              naming(except = ["by_id", "email_once"])

        1. the index by_id on users breaks the naming rule
           --> migrations/1_users.sql:2:14
             expected  idx_… or uq_… or …_idx or …_pkey or …_key
             actual    by_id

           help: rename it in a migration:

                 ALTER INDEX by_id RENAME TO idx_users_id;

        2. the unique constraint email_once on users breaks the naming rule
           --> migrations/1_users.sql:1:55
             expected  uq_… or …_key
             actual    email_once

           help: rename it in a migration:

                 ALTER TABLE users RENAME CONSTRAINT email_once TO uq_users_email;
    "#]]
    .assert_eq(&naming(None));
    expect![[r#"
        naming: ok
        naming: note: 1 of 1 indexes breaks the naming rule: idx_… or uq_… or …_idx or …_pkey or …_key
           --> migrations/1_users.sql:2:14
           by_id on users

        naming: note: 1 of 1 unique constraints breaks the naming rule: uq_… or …_key
           --> migrations/1_users.sql:1:55
           email_once on users

        naming: note: no version is new; 2 objects that have shipped are only noted
    "#]].assert_eq(&naming(Some("main")));
    repository.write("--- migrations/2_orders.sql\nCREATE TABLE orders (id bigint);\nCREATE INDEX by_order ON orders (id);\nALTER TABLE users RENAME TO people;\n");
    expect![[r#"
        naming: 1 finding

        1. the index by_order on orders breaks the naming rule
           --> migrations/2_orders.sql:2:14
             expected  idx_… or uq_… or …_idx or …_pkey or …_key
             actual    by_order

           help: rename it in a migration:

                 ALTER INDEX by_order RENAME TO idx_orders_id;

           help: to accept the names that exist (in the attribute):

                 naming(except = ["by_id", "by_order", "email_once"])

        note: 1 of 1 indexes breaks the naming rule: idx_… or uq_… or …_idx or …_pkey or …_key
           --> migrations/1_users.sql:2:14
           by_id on people

        note: 1 of 1 unique constraints breaks the naming rule: uq_… or …_key
           --> migrations/1_users.sql:1:55
           email_once on people

        note: judged 1 new version; 2 objects that have shipped are only noted
    "#]]
    .assert_eq(&naming(Some("main")));
    expect![[r#"
        naming could not run:

           failed to find `nowhere` in …/project: it does not exist there
             correct the name; `git branch --all` and `git tag` list the names
    "#]]
    .assert_eq(&naming(Some("nowhere")));
}

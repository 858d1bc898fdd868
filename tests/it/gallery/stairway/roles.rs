//! The defect gallery of `stairway`: roles, their settings, attributes and memberships that a down leaves.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;
use gauntlet_runtime::isolation::settle;

use crate::support::area::run;
use crate::support::database::{server, texts};
use crate::support::oracle::major;
use crate::support::{Case, check};

#[test]
fn a_role_that_stays() {
    check(
        Stairway,
        r"
--- 1_reader.up.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE ROLE gallery_reader;
--- 1_reader.down.sql
DROP TABLE users;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 1_reader leaves role gallery_reader on the server
               --> migrations/1_reader.down.sql
               a role belongs to the whole server, and stays when this database is dropped
               the up then fails when it runs again: migrations/1_reader.up.sql:2:1
               ERROR 42710: role "gallery_reader" already exists

               help: add to the down script, which may be edited even if it has shipped:

                     DROP ROLE "gallery_reader";
        "#]],
    );
}

#[test]
fn a_role_that_stays_with_its_settings() {
    Case::new(
        Stairway,
        r"
--- 1_reader.up.sql
CREATE ROLE reader_with_settings;
ALTER ROLE reader_with_settings SET work_mem = '9MB';
--- 1_reader.down.sql
SELECT 1;
",
    )
    .expect(expect![[r#"
        stairway: 1 finding

        1. the down of 1_reader leaves role reader_with_settings on the server
           --> migrations/1_reader.down.sql
           a role belongs to the whole server, and stays when this database is dropped
           the up then fails when it runs again: migrations/1_reader.up.sql:1:1
           ERROR 42710: role "reader_with_settings" already exists

           help: add to the down script, which may be edited even if it has shipped:

                 DROP ROLE "reader_with_settings";
    "#]]);
}

#[test]
fn attributes_and_memberships_of_roles_that_stay() {
    Case::new(
        Stairway,
        r"
--- 1_roles.up.sql
CREATE ROLE gallery_app NOLOGIN;
CREATE ROLE gallery_letters;
--- 1_roles.down.sql
DROP ROLE gallery_app;
DROP ROLE gallery_letters;
--- 2_login.up.sql
ALTER ROLE gallery_app LOGIN CONNECTION LIMIT 5;
--- 2_login.down.sql
ALTER ROLE gallery_app NOLOGIN;
--- 3_member.up.sql
GRANT gallery_letters TO gallery_app;
--- 3_member.down.sql
SELECT 1;
--- 4_member_for_a_while.up.sql
REVOKE gallery_letters FROM gallery_app;
ALTER ROLE gallery_letters CREATEDB VALID UNTIL '2030-01-01';
--- 4_member_for_a_while.down.sql
ALTER ROLE gallery_letters NOCREATEDB VALID UNTIL 'infinity';
GRANT gallery_letters TO gallery_app;
--- 5_monitor.up.sql
GRANT pg_monitor TO gallery_app;
--- 5_monitor.down.sql
REVOKE pg_monitor FROM gallery_app;
--- 6_no_monitor_any_more.up.sql
REVOKE pg_monitor FROM gallery_app;
--- 6_no_monitor_any_more.down.sql
SELECT 1;
",
    )
    .expect(expect![[r#"
        stairway: 3 findings

        1. the down of 2_login leaves the attribute CONNECTION LIMIT of role gallery_app on the server
           --> migrations/2_login.down.sql
           this belongs to the whole server, and stays when this database is dropped

           help: add to the down script, which may be edited even if it has shipped:

                 ALTER ROLE gallery_app CONNECTION LIMIT -1;

        2. the down of 3_member leaves the membership of role gallery_app in role gallery_letters on the server
           --> migrations/3_member.down.sql
           this belongs to the whole server, and stays when this database is dropped

           help: add to the down script, which may be edited even if it has shipped:

                 REVOKE gallery_letters FROM gallery_app;

        3. the down of 6_no_monitor_any_more does not restore the membership of role gallery_app in role pg_monitor on the server
           --> migrations/6_no_monitor_any_more.down.sql
           this belongs to the whole server, and is the same in all its databases

           help: add to the down script, which may be edited even if it has shipped:

                 GRANT pg_monitor TO gallery_app;
    "#]]);
}

/// A down that fails, or does nothing, would have had to take back the role too.
#[test]
fn the_way_down_takes_the_role_back() {
    let up = "--- 1_reader.up.sql\nCREATE TABLE users (id int PRIMARY KEY);\nCREATE ROLE gallery_way;\n\
              GRANT SELECT ON users TO gallery_way;\n--- 1_reader.down.sql\n";
    check(
        Stairway,
        &format!("{up}DROP TABLE nothing_of_this_name;\n"),
        expect![[r#"
        stairway: 1 finding

        1. the down of 1_reader fails
           --> migrations/1_reader.down.sql:1:1
           1 | DROP TABLE nothing_of_this_name;
             | ^
           ERROR 42P01: table "nothing_of_this_name" does not exist

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 -- the rows of table 'users' are lost
                 DROP TABLE users;
                 DROP ROLE "gallery_way";
    "#]],
    );
    check(
        Stairway,
        up,
        expect![[r#"
        stairway: 1 finding

        1. 1_reader has an empty down script
           --> migrations/1_reader.down.sql

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 -- the rows of table 'users' are lost
                 DROP TABLE users;
                 DROP ROLE "gallery_way";

           help: or declare the version irreversible (in the attribute):

                 irreversible = [1]
    "#]],
    );
    check(
        Stairway,
        "--- 1_role.up.sql\nCREATE ROLE gallery_way;\n--- 1_role.down.sql\n",
        expect![[r#"
        stairway: 1 finding

        1. 1_role has an empty down script
           --> migrations/1_role.down.sql

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 DROP ROLE "gallery_way";

           help: or declare the version irreversible (in the attribute):

                 irreversible = [1]
    "#]],
    );
}

/// From PostgreSQL 15 on.
#[test]
fn a_right_to_set_a_setting_that_stays() {
    if major(&run(server())) < 15 {
        return;
    }
    let rights = || {
        let sql = "SELECT parname || ' ' || paracl::text FROM pg_parameter_acl";
        run(async { texts(&mut server().await.connect().await.unwrap(), sql).await })
    };
    let before = rights();
    check(
        Stairway,
        r"
--- 1_reader.up.sql
CREATE ROLE parameter_reader;
GRANT SET ON PARAMETER log_min_duration_statement TO parameter_reader;
GRANT SET, ALTER SYSTEM ON PARAMETER work_mem TO PUBLIC;
--- 1_reader.down.sql
REVOKE SET ON PARAMETER log_min_duration_statement FROM parameter_reader;
DROP ROLE parameter_reader;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 1_reader leaves the right of all roles to ALTER SYSTEM work_mem, the right of all roles to SET work_mem on the server
               --> migrations/1_reader.down.sql
               this belongs to the whole server, and stays when this database is dropped

               help: add to the down script, which may be edited even if it has shipped:

                     REVOKE ALTER SYSTEM ON PARAMETER work_mem FROM PUBLIC CASCADE;
                     REVOKE SET ON PARAMETER work_mem FROM PUBLIC CASCADE;
        "#]],
    );
    run(settle());
    assert_eq!(rights(), before);
}

//! Folders of migrations that the tests begin with.

use crate::support::Folder;

/// Three versions: a table, a column whose down is right, an index.
pub(crate) fn shop() -> Folder {
    let folder = Folder::new();
    folder.write("migrations/1_users.up.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    folder.write("migrations/1_users.down.sql", "DROP TABLE users;\n");
    folder.write("migrations/2_email.up.sql", "ALTER TABLE users ADD email text;\n");
    folder.write("migrations/2_email.down.sql", "ALTER TABLE users DROP email;\n");
    folder
}

/// The same, and a version whose down forgets the index.
pub(crate) fn faulty() -> Folder {
    let folder = shop();
    folder.write(
        "migrations/3_phone.up.sql",
        "ALTER TABLE users ADD phone text;\nCREATE INDEX idx_users_email ON users (email);\n",
    );
    folder.write("migrations/3_phone.down.sql", "ALTER TABLE users DROP phone;\n");
    folder
}

/// A folder with a version that takes a minute.
pub(crate) fn slow(folder: Folder) -> Folder {
    folder.write("migrations/3_slow.up.sql", "SELECT pg_sleep(60);\n");
    folder.write("migrations/3_slow.down.sql", "SELECT 1;\n");
    folder
}

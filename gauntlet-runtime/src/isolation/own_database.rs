//! The advice to give each test a database of its own, as the role of the URL can follow it.

use crate::names::quote_if_needed;
use crate::server::Server;

/// What has to be done before `isolation = "database"` can work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnDatabase {
    /// The role, quoted where SQL needs it, that may not create databases.
    role: Option<String>,
}

impl OwnDatabase {
    /// As the role of this server's URL can follow it.
    pub(crate) fn on(server: &Server) -> OwnDatabase {
        let role = quote_if_needed(server.options().get_username());
        OwnDatabase { role: (!server.can_create_databases()).then_some(role) }
    }

    /// An advice that ends in a database for each test, with the statement that the role lacks for it.
    pub(crate) fn advice(&self, advice: &str) -> String {
        match &self.role {
            None => advice.to_owned(),
            Some(role) => format!(
                "{advice}, for which an administrator first has to run ALTER ROLE {role} CREATEDB"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_may_not_create_databases_needs_a_statement_first() {
        let advice = |role: Option<&str>| {
            OwnDatabase { role: role.map(str::to_owned) }.advice("give each test a database")
        };
        assert_eq!(advice(None), "give each test a database");
        assert_eq!(
            advice(Some("\"App\"")),
            "give each test a database, for which an administrator first has to run ALTER ROLE \"App\" CREATEDB"
        );
    }
}

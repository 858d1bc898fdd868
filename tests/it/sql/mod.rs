//! The lexer against the servers.

mod numbers;

//! What the steps have changed of the server: roles, their settings, tablespaces. No catalog of a database shows them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::driver::PgConnection;
use crate::engines::{Step, StepError};
use crate::error::Result;
use crate::runtime::BoxFuture;
use crate::stage::observer::{Observer, StepView};
use crate::stage::roles::RoleGuard;
use crate::stage::server_thing::ServerThing;

/// What exists on the server after the last step and was made by the suite's scripts.
#[derive(Debug, Clone)]
pub(crate) struct Roles {
    guard: Arc<RoleGuard>,
    created: BTreeSet<ServerThing>,
}

impl Roles {
    /// Starts with what the setup has made.
    pub(super) async fn start(guard: Arc<RoleGuard>) -> Result<Roles> {
        let created = guard.created().await?;
        Ok(Roles { guard, created })
    }

    /// Finds out what there is now.
    pub(crate) async fn refresh(&mut self) -> Result<()> {
        self.created = self.guard.created().await?;
        Ok(())
    }

    /// What the scripts have made and not taken back.
    pub(crate) fn created(&self) -> &BTreeSet<ServerThing> {
        &self.created
    }
}

impl Observer for Roles {
    fn after<'a>(
        &'a mut self,
        step: StepView<'a>,
        _: &'a mut PgConnection,
        result: &'a mut Result<Step, StepError>,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            if result.is_ok() {
                self.refresh().await.map_err(|error| step.failure(&error))?;
            }
            Ok(())
        })
    }

    fn of_copy(&self) -> Option<Box<dyn Observer>> {
        Some(Box::new(self.clone()))
    }
}

//! Which roles the steps have created: roles belong to the server, so no catalog of a database shows them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::driver::PgConnection;
use crate::engines::{Step, StepError};
use crate::error::Result;
use crate::stage::observer::{BoxFuture, Observer, StepView};
use crate::stage::roles::RoleGuard;

/// The roles that exist after the last step and that the suite's scripts have created.
#[derive(Debug, Clone)]
pub(crate) struct Roles {
    guard: Arc<RoleGuard>,
    created: BTreeSet<String>,
}

impl Roles {
    /// Starts with the roles that the setup has created.
    pub(super) async fn start(guard: Arc<RoleGuard>) -> Result<Roles> {
        let created = guard.created().await?;
        Ok(Roles { guard, created })
    }

    /// Finds out which roles there are now.
    pub(crate) async fn refresh(&mut self) -> Result<()> {
        self.created = self.guard.created().await?;
        Ok(())
    }

    /// The roles that the scripts have created and not dropped.
    pub(crate) fn created(&self) -> &BTreeSet<String> {
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

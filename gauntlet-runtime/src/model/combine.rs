//! Several models side by side.

use super::{ModelSource, Models};

/// Everything that one suite's `model =` holds: each part is compared with head on its own.
#[derive(Debug, Default)]
pub struct ModelSet {
    wholes: Vec<Box<dyn ModelSource>>,
    stated: Vec<Models>,
}

/// A source that builds a whole schema.
pub(crate) type Whole = Box<dyn ModelSource>;

impl ModelSet {
    /// Adds a source that builds a whole schema.
    pub fn add_source(&mut self, source: impl ModelSource) {
        self.wholes.push(Box::new(source));
    }

    /// Adds structs and enums.
    pub fn add_models(&mut self, models: Models) {
        self.stated.push(models);
    }

    /// Returns true if there is more than one model.
    pub fn is_several(&self) -> bool {
        self.wholes.len() + self.stated.len() > 1
    }

    pub(crate) fn wholes(&self) -> &[Whole] {
        &self.wholes
    }

    pub(crate) fn stated(&self) -> &[Models] {
        &self.stated
    }
}

/// What `model =` takes: a [`ModelSource`] such as `"schema.sql"`, structs and enums
/// (`gauntlet::models![User, Order]`), or a tuple of up to six of these, each of which is checked.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "a model is a SQL file (`\"schema.sql\"`), `gauntlet::models![User, Order]`, a type that implements \
            `gauntlet::model::ModelSource`, or a tuple of these"
)]
pub trait IntoModel {
    /// Adds its parts to a set.
    #[doc(hidden)]
    fn add_to(self, set: &mut ModelSet);
}

// The message for a type that is not a model at all does not list the ways to be one.
#[diagnostic::do_not_recommend]
impl<S: ModelSource> IntoModel for S {
    fn add_to(self, set: &mut ModelSet) {
        set.add_source(self);
    }
}

impl IntoModel for Models {
    fn add_to(self, set: &mut ModelSet) {
        set.add_models(self);
    }
}

macro_rules! tuples {
    ($(($($name:ident),+))+) => {$(
        impl<$($name: IntoModel),+> IntoModel for ($($name,)+) {
            #[allow(non_snake_case)]
            fn add_to(self, set: &mut ModelSet) {
                let ($($name,)+) = self;
                $($name.add_to(set);)+
            }
        }
    )+};
}

tuples! { (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) }

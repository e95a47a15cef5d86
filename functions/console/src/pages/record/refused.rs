//! A refused form on the page of a record.

use crate::{input::Form, problem::Problem};

/// A part of the page that has a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Claims,
    Links,
    Tasks,
    Notes,
}

/// A refused form with the reason.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(super) part: Part,
    pub(super) form: Form,
    pub(super) problem: Problem,
}

impl Refused {
    /// The typed values of a part's form, and true where they were refused; that form opens again.
    pub(super) fn typed(refused: Option<&Self>, part: Part) -> (Form, bool) {
        let form = refused.filter(|refused| refused.part == part).map(|refused| refused.form.clone());
        (form.clone().unwrap_or_default(), form.is_some())
    }
}

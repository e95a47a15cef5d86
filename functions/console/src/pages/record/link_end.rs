//! One end of a link, as a form has it.

use super::super::labels;
use crate::{input::Form, problem::Problem};
use maud::{Markup, html};
use nerve_ledger::{links::Link, records::StoredRecord};
use nerve_model::{RecordId, Relation};

/// The other end of a link, with its role for the record; reversed, the record's role for the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct LinkEnd {
    pub(super) relation: Relation,
    reverse: bool,
    other: RecordId,
}

impl LinkEnd {
    /// Every link that two records can have, in both directions.
    pub(super) fn all(record: &StoredRecord, other: &StoredRecord) -> Vec<Self> {
        let (from, to) = (record.record_type, other.record_type);
        let away = Relation::ALL.iter().filter(|relation| relation.joins(from, to)).map(|relation| (*relation, false));
        let back = Relation::ALL.iter().filter(|relation| relation.joins(to, from) && **relation != Relation::Related);
        let back = back.map(|relation| (*relation, true));
        away.chain(back).map(|(relation, reverse)| Self { relation, reverse, other: other.id }).collect()
    }

    /// The end of a stored link.
    pub(super) fn of(link: &Link) -> Self {
        // `related` has no direction.
        let reverse = link.reverse && link.relation != Relation::Related;
        Self { relation: link.relation, reverse, other: link.other.id }
    }

    /// The end in a submitted form.
    pub(super) fn read(form: &Form) -> Result<Self, Problem> {
        let (relation, other) = (form.required("relation")?, form.required("other")?);
        Ok(Self { relation, other, reverse: form.text("reverse") == "true" })
    }

    /// The first and the second record of the link.
    pub(super) const fn direction(self, record: RecordId) -> (RecordId, RecordId) {
        if self.reverse { (self.other, record) } else { (record, self.other) }
    }

    /// The fields of a form.
    pub(super) fn fields(self) -> Markup {
        html! {
            input type="hidden" name="relation" value=(self.relation);
            input type="hidden" name="reverse" value=(self.reverse);
            input type="hidden" name="other" value=(self.other);
        }
    }

    /// The role of the other record.
    pub(super) fn label(self) -> String {
        match (self.relation, self.reverse) {
            (Relation::Related, _) => "Related to".to_owned(),
            (relation, false) => labels::relation(relation).to_owned(),
            (relation, true) => format!("{} of", labels::relation(relation)),
        }
    }

    /// The label of the button that links.
    pub(super) fn button(self) -> String {
        match (self.relation, self.reverse) {
            (Relation::Related, _) => "Add as related".to_owned(),
            (relation, false) => format!("Add as {relation}"),
            (relation, true) => format!("Become its {relation}"),
        }
    }
}

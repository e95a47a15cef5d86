use nerve_model::{ClaimKind, Evidence};

/// The finding of one comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The field compared.
    pub field: String,
    /// The event's value.
    pub value: String,
    /// The record's value.
    pub known: String,
    /// Their relation, in plain words.
    pub says: String,
    /// Its weight: bits for (positive) or against.
    pub bits: f64,
}

impl Finding {
    /// The finding in its stored form; `None` if the field is not a kind of claim.
    pub(crate) fn to_evidence(&self) -> Option<Evidence> {
        let field: ClaimKind = self.field.parse().ok()?;
        let finding =
            if self.known == self.value { self.says.clone() } else { format!("{}: {}", self.says, self.known) };
        Some(Evidence { field, value: self.value.clone(), finding, weight: self.bits })
    }
}

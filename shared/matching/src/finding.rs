use nerve_model::{ClaimKind, Evidence};

/// What one comparison found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What was compared.
    pub field: String,
    /// The value in the event.
    pub value: String,
    /// The value of the record.
    pub known: String,
    /// How they compare, in plain words.
    pub says: String,
    /// What it is worth: bits for (positive) or against.
    pub bits: f64,
}

impl Finding {
    /// As it is kept with an event; `None` for what is no kind of claim.
    pub(crate) fn to_evidence(&self) -> Option<Evidence> {
        let field: ClaimKind = self.field.parse().ok()?;
        let finding =
            if self.known == self.value { self.says.clone() } else { format!("{}: {}", self.says, self.known) };
        Some(Evidence { field, value: self.value.clone(), finding, weight: self.bits })
    }
}

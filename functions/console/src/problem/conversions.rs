//! The core's errors as problems.

use super::Problem;
use nerve_engine::{EraseError, ImportError, LoadError, MergeError, QuestionError, RecordError, ReviewError};
use nerve_model::FieldError;
use nerve_ports::{DatabaseError, Unreachable};

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Conflict(_) => Self::Busy,
            DatabaseError::Unavailable(cause) => Self::Unavailable { part: "The database", cause },
            DatabaseError::Damaged(error) => Self::Damaged(error.to_string()),
        }
    }
}

impl From<Unreachable> for Problem {
    fn from(Unreachable(cause): Unreachable) -> Self {
        Self::Unavailable { part: "The event store", cause }
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Database(error) => error.into(),
            LoadError::Record(error) => error.into(),
        }
    }
}

impl From<MergeError> for Problem {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::NotFound(what) => Self::NotFound(what),
            MergeError::Database(error) => error.into(),
            MergeError::Part { .. } | MergeError::Undone { .. } => Self::Merged(error.to_string()),
            MergeError::Erased { record, .. } => {
                Self::Conflict { why: sentence(&error), record: Some(record), version: None }
            }
            MergeError::Same | MergeError::OtherType { .. } | MergeError::TooMany => Self::Invalid(error.to_string()),
        }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        let why = sentence(&error);
        let conflict = |record, version| Self::Conflict { why: why.clone(), record, version };
        match error {
            RecordError::NotFound(what) => Self::NotFound(what),
            RecordError::Stale { record, version } => conflict(Some(record.id), Some(version)),
            RecordError::Part { root, .. } => conflict(Some(root), None),
            RecordError::Owned { owner, .. } => conflict(Some(owner.id), None),
            RecordError::Linked { other, .. } => conflict(Some(other.id), None),
            RecordError::Erased { record, .. } => conflict(Some(record), None),
            RecordError::Suppressed(_) | RecordError::Settled(_) => conflict(None, None),
            RecordError::Whole(record) | RecordError::Tied { record, .. } => conflict(Some(record.id), None),
            RecordError::Weak(_) | RecordError::Unfit { .. } | RecordError::Same | RecordError::Invalid(_) => {
                Self::Invalid(why)
            }
            RecordError::Database(error) => error.into(),
        }
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::Invalid(sentence(&error))
    }
}

/// An error as a sentence.
fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

impl From<QuestionError> for Problem {
    fn from(error: QuestionError) -> Self {
        match error {
            QuestionError::NotFound => Self::NotFound("question"),
            QuestionError::Answered { by, at } => Self::Answered(format!("The question was answered by {by} at {at}.")),
            QuestionError::Open => Self::Answered("The question is open.".to_owned()),
            QuestionError::Merge(error) => error.into(),
            QuestionError::Database(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::NotFound => Self::NotFound("import"),
            ImportError::File(why) => Self::Invalid(why.to_string()),
            ImportError::Mapping(why) => Self::Invalid(why.to_string()),
            ImportError::Encoding => {
                Self::Invalid("The file says its encoding itself: no other can be chosen.".to_owned())
            }
            ImportError::Settled(state) => Self::Invalid(format!("The import is {state} already.")),
            ImportError::Database(error) => error.into(),
        }
    }
}

impl From<ReviewError> for Problem {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::NotFound => Self::NotFound("proposal"),
            ReviewError::Stale { digest } => Self::Stale(digest),
            ReviewError::Decided { status, by, at } => Self::Decided { status, by, at },
            ReviewError::Unanswered { .. } => Self::Unanswered(sentence(&error)),
            ReviewError::UnderWay(_) => Self::Conflict { why: sentence(&error), record: None, version: None },
            ReviewError::HumanOwned => Self::HumanOwned,
            ReviewError::Invalid(why) => Self::Invalid(why),
            ReviewError::Database(error) => error.into(),
            ReviewError::Unreachable(error) => error.into(),
        }
    }
}

impl From<EraseError> for Problem {
    fn from(error: EraseError) -> Self {
        match error {
            EraseError::NotFound => Self::NotFound("record"),
            EraseError::Invalid(why) => Self::Invalid(why),
            EraseError::Database(error) => error.into(),
            EraseError::Unreachable(error) => error.into(),
        }
    }
}

use nerve_ports::DatabaseError;

/// The most attempts of a step that ends in conflicts.
pub(crate) const ATTEMPTS: u32 = 5;

/// An error that may be a conflict, in which case another attempt may succeed at once.
pub(crate) trait MayConflict {
    /// A row changed since it was read, and nothing was written.
    fn is_conflict(&self) -> bool;
}

impl MayConflict for DatabaseError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

/// Runs an attempt that reads, decides and writes, and repeats it after a conflict. Returns the conflict of the last
/// attempt.
pub(crate) async fn retry_on_conflict<T, E: MayConflict>(
    mut attempt: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, E> {
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(error) if error.is_conflict() => {}
            settled => return settled,
        }
    }
    attempt().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_testkit::block_on;

    fn conflict(n: u32) -> DatabaseError {
        DatabaseError::Conflict(n.to_string())
    }

    #[test]
    fn an_attempt_is_repeated_until_it_meets_no_conflict() {
        for (succeeds_at, expected) in [(1, Ok(1)), (3, Ok(3)), (ATTEMPTS, Ok(ATTEMPTS)), (99, Err(conflict(ATTEMPTS)))]
        {
            let mut attempts = 0;
            let result = block_on(retry_on_conflict(async || {
                attempts += 1;
                if attempts < succeeds_at { Err(conflict(attempts)) } else { Ok(attempts) }
            }));
            assert_eq!(result, expected);
        }
    }

    #[test]
    fn any_other_error_is_final() {
        let mut attempts = 0;
        let away = || DatabaseError::Unavailable("away".to_owned());
        let result: Result<(), _> = block_on(retry_on_conflict(async || {
            attempts += 1;
            Err(away())
        }));
        assert_eq!((result, attempts), (Err(away()), 1));
    }
}

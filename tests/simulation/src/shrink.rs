use crate::{operation::Operation, promises::Promise, run::run};

/// A shorter list that breaks the same promise: pieces are taken out, large ones first, as long as it still breaks.
pub fn shrink(operations: &[Operation], promise: Promise) -> Vec<Operation> {
    let breaks = |list: &[Operation]| run(list).is_err_and(|(broken, _)| broken.promise == promise);
    let mut list = operations.to_vec();
    let mut piece = list.len().div_ceil(2);
    while piece > 0 {
        let mut start = 0;
        while start < list.len() {
            let mut shorter = list.clone();
            shorter.drain(start..(start + piece).min(list.len()));
            if breaks(&shorter) {
                list = shorter;
            } else {
                start += piece;
            }
        }
        piece /= 2;
    }
    list
}

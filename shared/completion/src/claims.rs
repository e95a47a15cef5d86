use nerve_model::{Claim, ClaimKind};
use nerve_protocol::unread::Unread;
use nerve_telephone::read;

/// The claims with those by telephone number, each in the place that its text had; nothing is claimed twice.
pub(crate) fn with_numbers(claims: Vec<Claim>, unread: &Unread) -> Vec<Claim> {
    let mut completed = Vec::with_capacity(claims.len() + unread.phones.len());
    let mut phones = unread.phones.iter().peekable();
    let mut push = |claim: Claim| {
        if !completed.contains(&claim) {
            completed.push(claim);
        }
    };
    for (before, claim) in claims.into_iter().map(Some).chain([None]).enumerate() {
        let last = claim.is_none();
        while let Some(phone) = phones.next_if(|phone| last || phone.after <= before) {
            for value in read(&phone.written, unread.home).numbers {
                push(Claim { kind: ClaimKind::Phone, value, role: phone.role });
            }
        }
        claim.into_iter().for_each(&mut push);
    }
    completed
}

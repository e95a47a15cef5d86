//! Exact claims.
//!
//! The strongest claim with an owner decides. Claims of two owners make the match ambiguous, and Nerve asks a person.
//! Without an owner the event is about a new record.

use nerve_model::{Claim, ClaimKind, Evidence, Fact, Match, MatchVerdict, RecordRef, RecordType, RunnerUp};

/// A claim and the record that owns it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimOwner {
    /// The sort of claim.
    pub kind: ClaimKind,
    /// Its normalized value.
    pub value: String,
    /// Its owner.
    pub record: RecordRef,
}

/// The record of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// The record; `None` when it has to be created.
    pub record: Option<RecordRef>,
    /// The reasons.
    pub matched: Match,
}

/// Decides by exact claims. `claims` are the event's, strongest first; `known` are those of them that have an owner.
pub fn resolve(claims: &[Claim], known: &[ClaimOwner]) -> Resolution {
    let owner =
        |claim: &Claim| known.iter().find(|k| k.kind == claim.kind && k.value == claim.value).map(|k| &k.record);
    let Some(record) = claims.iter().find_map(owner) else {
        return somebody_new(claims);
    };
    let evidence: Vec<Evidence> = claims.iter().map(|claim| compare(claim, owner(claim), record)).collect();
    let other =
        claims.iter().find_map(|claim| owner(claim).filter(|other| other.id != record.id).map(|other| (claim, other)));
    let strongest = evidence.iter().map(|e| e.weight).fold(0.0, f64::max);
    let matched = match other {
        None => Match {
            verdict: MatchVerdict::Confident,
            confidence: strongest,
            evidence,
            runner_up: None,
            prior: None,
            against: None,
        },
        Some((claim, other)) => Match {
            verdict: MatchVerdict::Ambiguous,
            confidence: strongest / 2.0,
            evidence,
            runner_up: Some(RunnerUp { record: other.clone(), confidence: weight(claim.kind) / 2.0 }),
            prior: None,
            against: None,
        },
    };
    Resolution { record: Some(record.clone()), matched }
}

/// The fact once its record is known: a message from a vendor becomes the vendor's reply, provided that the sender is
/// confirmed. A source cannot know this, and a forged reply must not pass, because Nerve acts on vendors' offers.
pub fn understood(fact: &Fact, record: &RecordRef, matched: &Match) -> Fact {
    let from_vendor = record.record_type == RecordType::Vendor && matched.verdict == MatchVerdict::Confident;
    match fact {
        Fact::EmailReceived(message) if from_vendor && message.authentication.supports(&message.from.address) => {
            fact.clone().into_vendor_reply()
        }
        other => other.clone(),
    }
}

fn somebody_new(claims: &[Claim]) -> Resolution {
    let evidence = claims.iter().map(|claim| finding(claim, "not known before".to_owned(), 0.0)).collect();
    let matched =
        Match { verdict: MatchVerdict::New, confidence: 1.0, evidence, runner_up: None, prior: None, against: None };
    Resolution { record: None, matched }
}

fn compare(claim: &Claim, owner: Option<&RecordRef>, chosen: &RecordRef) -> Evidence {
    match owner {
        Some(record) if record.id == chosen.id => finding(claim, "the same".to_owned(), weight(claim.kind)),
        Some(other) => finding(claim, format!("belongs to {}", other.name), -weight(claim.kind)),
        None => finding(claim, "not known before".to_owned(), 0.0),
    }
}

fn finding(claim: &Claim, finding: String, weight: f64) -> Evidence {
    Evidence { field: claim.kind, value: claim.value.clone(), finding, weight }
}

/// The confidence of an exact match. Vendors assign their ids uniquely; colleagues or a household can share a mail
/// address or number.
const fn weight(kind: ClaimKind) -> f64 {
    match kind {
        ClaimKind::External | ClaimKind::Serial => 0.99,
        ClaimKind::Email => 0.95,
        ClaimKind::Phone => 0.92,
        ClaimKind::Domain | ClaimKind::Name | ClaimKind::Address => 0.3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::{Address, AuthResult, Authentication, EventKind, Medium, Message, RecordId, Role, Timestamp};

    fn claim(kind: ClaimKind, value: &str) -> Claim {
        Claim { kind, value: value.to_owned(), role: Role::Customer }
    }

    fn record(n: u128) -> RecordRef {
        RecordRef {
            id: RecordId::new(Timestamp::from_millis(1), n),
            record_type: RecordType::Customer,
            name: format!("Customer {n}"),
        }
    }

    fn known(kind: ClaimKind, value: &str, n: u128) -> ClaimOwner {
        ClaimOwner { kind, value: value.to_owned(), record: record(n) }
    }

    #[test]
    fn the_strongest_known_claim_decides() {
        let claims = [claim(ClaimKind::External, "stripe:customer:cus_1"), claim(ClaimKind::Email, "ada@example.com")];
        let cus = known(ClaimKind::External, "stripe:customer:cus_1", 1);
        let mail = known(ClaimKind::Email, "ada@example.com", 1);
        let others = known(ClaimKind::Email, "ada@example.com", 2);
        let cases = [
            (vec![], MatchVerdict::New, 1.0, None),
            (vec![cus.clone()], MatchVerdict::Confident, 0.99, Some(1)),
            (vec![mail.clone()], MatchVerdict::Confident, 0.95, Some(1)),
            (vec![cus.clone(), mail], MatchVerdict::Confident, 0.99, Some(1)),
            (vec![cus, others], MatchVerdict::Ambiguous, 0.495, Some(1)),
        ];
        for (known, verdict, confidence, owner) in cases {
            let resolution = resolve(&claims, &known);
            assert_eq!(resolution.matched.verdict, verdict);
            assert!((resolution.matched.confidence - confidence).abs() < 1e-9, "{known:?}");
            assert_eq!(resolution.record.map(|r| r.id), owner.map(|n| record(n).id));
        }
    }

    #[test]
    fn a_reply_is_a_vendors_only_if_the_vendor_is_known_and_the_sender_confirmed() {
        let message = |dmarc| {
            let from = Address { name: None, address: "eva@acme.example".to_owned() };
            Fact::EmailReceived(Message {
                medium: Medium::Mail,
                from,
                to: Vec::new(),
                subject: None,
                text: String::new(),
                attachments: Vec::new(),
                authentication: Authentication { dmarc: Some(dmarc), ..Authentication::default() },
                message: "1".to_owned(),
                in_reply_to: None,
            })
        };
        let mail = [claim(ClaimKind::Email, "eva@acme.example")];
        let sure = resolve(&mail, &[known(ClaimKind::Email, "eva@acme.example", 1)]).matched;
        let unsure = Match { verdict: MatchVerdict::Ambiguous, ..sure.clone() };
        let (pass, fail) = (AuthResult::Pass, AuthResult::Fail);
        for (record_type, matched, dmarc, expected) in [
            (RecordType::Vendor, &sure, pass, EventKind::VendorReplied),
            (RecordType::Vendor, &sure, fail, EventKind::EmailReceived),
            (RecordType::Vendor, &unsure, pass, EventKind::EmailReceived),
            (RecordType::Customer, &sure, pass, EventKind::EmailReceived),
        ] {
            let vendor = RecordRef { record_type, ..record(1) };
            assert_eq!(understood(&message(dmarc), &vendor, matched).kind(), expected);
        }
    }

    #[test]
    fn an_ambiguous_match_names_the_other_record() {
        let claims = [claim(ClaimKind::External, "x"), claim(ClaimKind::Email, "a@b.c")];
        let matched =
            resolve(&claims, &[known(ClaimKind::External, "x", 1), known(ClaimKind::Email, "a@b.c", 2)]).matched;
        assert_eq!(matched.runner_up.map(|other| other.record), Some(record(2)));
        assert_eq!(matched.evidence.last().map(|e| e.finding.as_str()), Some("belongs to Customer 2"));
    }
}

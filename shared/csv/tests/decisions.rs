//! The decisions on rows, given the existing records.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_csv::{Decision, Existing, KnownRecords, Line, Mapping, Reader, Sheet};
use nerve_matching::Profile;
use nerve_model::{Attributes, Claim, ClaimKind, RecordFields, RecordId, RecordType, Role, Timestamp};

fn id(n: u128) -> RecordId {
    RecordId::new(Timestamp::from_millis(1_700_000_000_000), n)
}

fn claim(kind: ClaimKind, value: &str) -> Claim {
    Claim { kind, value: value.to_owned(), role: Role::Customer }
}

/// Ada (1, with 11 merged into it), known by her mail address, the number of the house, and an address that others
/// share; Grace (2), only by her number; the vendor Acme (3), by the id of a tool.
fn known() -> KnownRecords {
    let attributes = Attributes::new([("city".to_owned(), "London".to_owned())]).unwrap();
    let ada = RecordFields { stage: Some("lead".to_owned()), attributes, ..RecordFields::named("Ada") };
    let record = |n, record_type, fields: RecordFields, claims: Vec<Claim>| Existing {
        id: id(n),
        parts: vec![],
        record_type,
        profile: Profile::of(&claims, Some(&fields.name)),
        fields,
        claims,
        shared: vec![],
        version: 3,
    };
    let customer = RecordType::Customer;
    let shared = vec![claim(ClaimKind::Email, "office@example.com")];
    let own = vec![claim(ClaimKind::Email, "ada@example.com"), claim(ClaimKind::Phone, "+4930901820")];
    let claims = [own, shared.clone()].concat();
    KnownRecords::new([
        Existing { parts: vec![id(11)], shared, ..record(1, customer, ada, claims) },
        record(2, customer, RecordFields::named("Grace"), vec![claim(ClaimKind::Phone, "+4930901821")]),
        record(
            3,
            RecordType::Vendor,
            RecordFields::named("Acme"),
            vec![claim(ClaimKind::External, "hubspot:company:7")],
        ),
    ])
}

/// The decision on each row, in short.
fn decided(text: &str) -> Vec<String> {
    let sheet = Sheet::read(text.as_bytes()).unwrap();
    let lines: Vec<Line> = sheet.lines().map(Result::unwrap).collect();
    let mapping = Mapping { ids: "hubspot:company".to_owned(), ..Mapping::guessed(&sheet.header, &lines) };
    let mut known = known();
    let decide = |(n, line): (u128, &Line)| {
        let draft = Reader::new(&sheet.header, &mapping).read(line).unwrap();
        short(known.decide(draft, line.line, mapping.record_type, id(100 + n)))
    };
    (0_u128..).zip(&lines).map(decide).collect()
}

fn short(decision: Decision) -> String {
    let each = |sign, claims: &[Claim]| claims.iter().map(|c| format!(" {sign}{}", c.value)).collect::<String>();
    let values = |own: &[Claim], shared: &[Claim]| each('+', own) + &each('~', shared);
    match decision {
        Decision::Create { record_type, fields, claims, shared, .. } => {
            format!("new {record_type} {}{}", fields.name, values(&claims, &shared))
        }
        Decision::Change(change) => {
            let n = (1..9).find(|n| id(*n) == change.id).unwrap();
            assert_eq!(change.version, 3);
            let fields: Vec<String> = change.after.changes_since(&change.before).into_iter().map(|c| c.field).collect();
            format!("change {n} {}{}", fields.join(" "), values(&change.learned, &change.shared))
        }
        Decision::Unchanged(_) => "unchanged".to_owned(),
        Decision::Refuse(refusal) => refusal.reason,
    }
}

#[test]
fn a_row_is_matched_by_its_strongest_claim() {
    let record = id(1);
    let cases = [
        ("email,name\nnew@example.com,Zoë".to_owned(), "new customer Zoë +new@example.com"),
        ("email\nnew@example.com".to_owned(), "new customer new@example.com +new@example.com"),
        ("email,name\nAda@Example.com,Ada".to_owned(), "unchanged"),
        ("email,name,city\nada@example.com,,".to_owned(), "unchanged"),
        ("email,name,stage\nada@example.com,Ada Lovelace,won".to_owned(), "change 1 name stage"),
        ("email,city,plz\nada@example.com,London,1000".to_owned(), "change 1 attributes.postal code"),
        ("email,phone\nada@example.com,+49301234567".to_owned(), "change 1  +<phone>"),
        (format!("record,name\n{record},Ada"), "unchanged"),
        (format!("record,email\n{},ada@new.example\n", id(11)), "change 1  +ada@new.example"),
        ("id,type,name\n7,vendor,Acme".to_owned(), "unchanged"),
        // Grace has no mail address yet, so this is hers.
        ("email,phone\ngrace@example.com,+4930901821".to_owned(), "change 2  +grace@example.com"),
    ];
    for (text, expected) in cases {
        let expected = expected.replace("<phone>", "+49301234567");
        assert_eq!(decided(&text), [expected], "{text}");
    }
}

#[test]
fn an_ambiguous_row_is_refused() {
    let (nobody, grace) = (id(99), id(2));
    let cases = [
        // A number with an owner may also belong to a row without a name, or be the same person.
        (
            "email,phone\nson@example.com,+4930901820".to_owned(),
            "The telephone number +4930901820 belongs to Ada, who has the mail address ada@example.com. If both have it, import that column as an attribute.".to_owned(),
        ),
        (
            "email,phone,name\nada@new.example,+4930901820,Ada Lovelace".to_owned(),
            "The telephone number +4930901820 belongs to Ada, who has the mail address ada@example.com. If both have it, import that column as an attribute.".to_owned(),
        ),
        (
            format!("record,name,email\n{grace},Ada L.,ada@example.com"),
            "It is about Grace, but the mail address ada@example.com belongs to Ada.".to_owned(),
        ),
        ("id,name\n7,Acme".to_owned(), "Acme is a vendor here, not a customer; that never changes.".to_owned()),
        (
            format!("record,name\n{nobody},X"),
            format!("There is no record {nobody} here. Where the row leaves its id out, a new one is made."),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(decided(&text), [expected], "{text}");
    }
}

#[test]
fn a_shared_claim_recognizes_nobody() {
    let cases = [
        ("email,phone\noffice@example.com,+4930901821".to_owned(), "change 2  ~office@example.com"),
        (
            "email,phone,name\noffice@example.com,+49301234567,Zoë".to_owned(),
            "new customer Zoë ++49301234567 ~office@example.com",
        ),
        (format!("record,email\n{},office@example.com", id(2)), "change 2  ~office@example.com"),
        ("email,name\noffice@example.com,Ada".to_owned(), "unchanged"),
        (
            "email,name\noffice@example.com,Zoë".to_owned(),
            "More than one goes by the mail address office@example.com: add something that is only theirs.",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(decided(&text), [expected], "{text}");
    }
}

#[test]
fn a_telephone_number_of_somebody_with_another_name_is_shared_with_them() {
    let ada = id(1);
    let cases = [
        ("email,phone,name\nson@example.com,+4930901820,Byron", "new customer Byron +son@example.com ~+4930901820"),
        ("email,phone\nada@example.com,+4930901821", "change 1  ~+4930901821"),
        // A row with nothing but the number is about the number's record, whatever its name is now.
        ("phone,name\n+4930901820,Byron", "change 1 name"),
    ];
    for (text, expected) in cases {
        assert_eq!(decided(text), [expected], "{text}");
    }
    assert_eq!(decided(&format!("record,phone\n{ada},+4930901821")), ["change 1  ~+4930901821"]);
}

#[test]
fn a_mail_address_of_two_people_is_kept_with_both_and_recognizes_neither() {
    let ada = id(1);
    let by_name = |text: &str| text.split_inclusive("file:name:").next().unwrap().to_owned();
    let cases = [
        // Ids of their own, whatever the names are.
        (
            "id,name,email\nC-1,Ben Okafor,home@okafor.example\nC-2,Cleo Okafor,home@okafor.example",
            vec![
                "new customer Ben Okafor +hubspot:company:C-1 +home@okafor.example",
                "new customer Cleo Okafor +hubspot:company:C-2 ~home@okafor.example",
            ],
        ),
        (
            "id,name,email\nC-1,Okafor,home@okafor.example\nC-2,Okafor,home@okafor.example\nC-3,,home@okafor.example",
            vec![
                "new customer Okafor +hubspot:company:C-1 +home@okafor.example",
                "new customer Okafor +hubspot:company:C-2 ~home@okafor.example",
                "new customer hubspot:company:C-3 +hubspot:company:C-3 ~home@okafor.example",
            ],
        ),
        // One mailbox and one telephone.
        (
            "id,name,email,phone\n1,Ben Okafor,info@x.example,+49301234567\n2,Cleo Marin,info@x.example,+49301234567",
            vec![
                "new customer Ben Okafor +hubspot:company:1 +info@x.example ++49301234567",
                "new customer Cleo Marin +hubspot:company:2 ~info@x.example ~+49301234567",
            ],
        ),
        // A known record: Ada is known by the address only, so the id is hers, unless the row names somebody else.
        ("id,name,email\n9,Ada Lovelace,ada@example.com", vec!["change 1 name +hubspot:company:9"]),
        // Without ids, full names tell them apart; name and address together recognize the second.
        (
            "name,email\nBen Okafor,home@okafor.example\nCleo Okafor,home@okafor.example\nDan Okafor,HOME@okafor.example",
            vec![
                "new customer Ben Okafor +home@okafor.example",
                "new customer Cleo Okafor +file:name:",
                "new customer Dan Okafor +file:name:",
            ],
        ),
        // Ada has married, or her row has a title.
        (
            "name,email\nAda Smith,a@example.com\nDr. Ada Smith,ada@example.com",
            vec!["new customer Ada Smith +a@example.com", "change 1 name"],
        ),
    ];
    for (text, expected) in cases {
        let found: Vec<String> = decided(text).iter().map(|text| by_name(text)).collect();
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(
        decided(&format!("record,email\n{ada},x@example.com; y@example.com")),
        ["change 1  +x@example.com +y@example.com"]
    );
    assert_eq!(decided("email\nada@example.com; a@new.example"), ["change 1  +a@new.example"]);
}

#[test]
fn rows_of_one_file_know_of_each_other() {
    assert_eq!(
        decided("email,phone,name\na@example.com,+49301234567,A\nb@example.com,+49301234567,B\n"),
        ["new customer A +a@example.com ++49301234567", "new customer B +b@example.com ~+49301234567",]
    );
    let ada = id(1);
    assert_eq!(
        decided(&format!("record,email,stage\n{ada},,lead\n,ada@example.com,won\n")),
        ["unchanged", "It is about Ada, as is line 2."]
    );
}

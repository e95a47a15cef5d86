//! Drafts from rows; each line of the table is one file.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_csv::{Check, Column, Draft, Line, Mapping, MappingError, Reader, Refusal, Sheet, refused};
use nerve_model::RecordType;

fn read(text: &str, change: impl FnOnce(&mut Mapping)) -> Vec<Result<Draft, Vec<Refusal>>> {
    let sheet = Sheet::read(text.as_bytes()).unwrap();
    let lines: Vec<Line> = sheet.lines().map(Result::unwrap).collect();
    let mut mapping = Mapping::guessed(&sheet.header, &lines);
    change(&mut mapping);
    mapping.check(sheet.header.len()).unwrap();
    let reader = Reader::new(&sheet.header, &mapping);
    lines.iter().map(|line| reader.read(line)).collect()
}

/// A draft in short: `type name owner/stage attributes | claims`.
fn short(draft: &Draft) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let attributes: Vec<String> = draft.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let claims: Vec<String> = draft.claims.iter().map(|claim| format!("{}:{}", claim.kind, claim.value)).collect();
    let kind = draft.said_type.map_or("-", RecordType::as_str);
    let (name, owner, stage) = (text(&draft.name), text(&draft.owner), text(&draft.stage));
    format!("{kind} {name} {owner}/{stage} {} | {}", attributes.join(","), claims.join(" "))
}

#[test]
fn a_row_says_what_its_columns_say() {
    let cases = [
        ("Name,Email\nAda Lovelace,ADA@Example.com", "- Ada Lovelace -/-  | email:ada@example.com"),
        (
            "Vorname;Nachname;E-Mail;Telefon;Betreuer;Status;Branche\nAda;Lovelace;ada@example.com;030 90182 0;Grace;aktiv;Analytik",
            "- Ada Lovelace Grace/aktiv industry=Analytik | email:ada@example.com phone:+4930901820",
        ),
        ("Email\n\"a@example.com; B@example.com,a@example.com\"", "- - -/-  | email:a@example.com email:b@example.com"),
        ("Kunden-Nr.,Firma,Typ\n10023,Acme GmbH,Lieferant", "vendor Acme GmbH -/-  | external:file:record:10023"),
        (
            "external,name\n\"stripe:customer:cus_1\nshop x:y\",Ada",
            "- Ada -/-  | external:shop x:y external:stripe:customer:cus_1",
        ),
        ("Serial,Name,Type\nSN 1,Boiler,Gerät", "asset Boiler -/-  | serial:SN 1"),
        ("Name,Amount\nAda,'-5", "- Ada -/- Amount=-5 | external:file:row:1a3df66d3d4ec4e3bd6ae79a0ed3d7a0"),
        ("Name,Note\n\"  Ada\n\tLovelace\u{202e} \",\n", "- Ada Lovelace -/-  | external:file:row:"),
    ];
    for (text, expected) in cases {
        let drafts = read(text, |mapping| mapping.region = Some("DE".to_owned()));
        let said = short(drafts[0].as_ref().unwrap());
        // The digest of a row is not compared.
        let said = said.find("file:row:").map_or(said.as_str(), |at| &said[..at + 9]);
        let expected = expected.find("file:row:").map_or(expected, |at| &expected[..at + 9]);
        assert_eq!(said, expected, "{text}");
    }
}

#[test]
fn a_row_that_does_not_read_says_why() {
    let long = "x".repeat(201);
    let cases = [
        ("Name,Email\nAda,ada(at)example.com", "Email: “ada(at)example.com” is not a mail address."),
        (
            "Name,Phone\nAda,030 901820",
            "Phone: “030 901820” has no country code: say in which country such numbers are.",
        ),
        ("Name,Phone\nAda,+49 1", "Phone: “+49 1” is not a telephone number."),
        ("Name,Type\nAda,Freund", "Type: “Freund” is none of customer, deal, project, asset, vendor."),
        ("Name,Customer ID\nAda,10 023", "Customer ID: “10 023” is not an id: ids have no blanks."),
        ("Name,record\nAda,prp_1", "record: “prp_1” is not the id of a record."),
        ("Name,City\n,Berlin", "-: Nothing in the row says whom it is about: no name, mail address, number or id."),
        (
            "Name,City\nAda",
            "-: The row has 1 cells, the header 2: a separator or quotation mark is missing or too many.",
        ),
        (
            "Name,City\nAda,x,y",
            "-: The row has 3 cells, the header 2: a separator or quotation mark is missing or too many.",
        ),
        (&format!("Name,City\n{long},x"), "Name: The text has more than 200 characters."),
        (
            "Name,Email,Phone\nAda,x,y",
            "Email: “x” is not a mail address. Phone: “y” has no country code: say in which country such numbers are.",
        ),
    ];
    for (text, expected) in cases {
        let refused = read(text, |_| {}).remove(0).unwrap_err();
        let said = refused.iter().map(|r| format!("{}: {}", r.column.as_deref().unwrap_or("-"), r.reason));
        assert_eq!(said.collect::<Vec<_>>().join(" "), expected, "{text}");
    }
}

#[test]
fn a_row_without_a_key_is_recognized_by_its_text() {
    let of = |text: &str| read(text, |_| {}).remove(0).unwrap();
    let (one, again, changed) = (of("Name,City\nAda,London"), of("City,Name\nLondon,Ada"), of("Name,City\nAda,Paris"));
    assert!(one.is_recognized_by_text() && one.key().is_some());
    assert_eq!(one.key(), again.key(), "whatever the order of the columns");
    assert_ne!(one.key(), changed.key());
    assert!(!of("Name,Email\nAda,a@example.com").is_recognized_by_text());
}

#[test]
fn a_mapping_that_does_not_fit_says_why() {
    let fits = |columns: &[&str], region: Option<&str>, ids: &str| {
        let columns: Vec<Column> = columns.iter().map(|text| text.parse().unwrap()).collect();
        let region = region.map(str::to_owned);
        Mapping { columns, record_type: RecordType::Deal, region, ids: ids.to_owned() }.check(2)
    };
    assert_eq!(fits(&["name", "email"], Some("de"), "hubspot:contact"), Ok(()));
    assert_eq!(fits(&["email", "email"], None, "file:record"), Ok(()));
    let cases = [
        (fits(&["name"], None, "a:b"), MappingError::Columns { expected: 2, found: 1 }),
        (fits(&["name", "name"], None, "a:b"), MappingError::Twice("name".to_owned())),
        (fits(&["attribute:x", "attribute:x"], None, "a:b"), MappingError::Twice("attribute:x".to_owned())),
        (fits(&["attribute:x", "stage"], None, "a:b"), MappingError::NobodyNamed),
        (fits(&["name", "ignore"], Some("Europe"), "a:b"), MappingError::Region("Europe".to_owned())),
        (fits(&["name", "ignore"], None, "a"), MappingError::Ids("a".to_owned())),
        (fits(&["name", "ignore"], None, "a:b:c"), MappingError::Ids("a:b:c".to_owned())),
    ];
    for (found, expected) in cases {
        assert_eq!(found, Err(expected));
    }
    assert!("favourite colour".parse::<Column>().is_err());
}

#[test]
fn rows_about_the_same_are_refused_and_can_be_corrected_and_sent_again() {
    let text = "Name,Email,Note\nAda,a@example.com,'-5\nGrace,x,=1\nAugusta,A@example.com,\nBob,,\nBob,,\n";
    let checked = |text: &str| {
        let sheet = Sheet::read(text.as_bytes()).unwrap();
        let mut lines: Vec<Line> = sheet.lines().map(Result::unwrap).collect();
        let mapping = Mapping::guessed(&sheet.header, &lines);
        let mut check = Check::new(&sheet.header, &mapping);
        lines.iter_mut().for_each(|line| check.line(line));
        assert_eq!(check.rows as usize, lines.len());
        assert_eq!(check.refused as usize, lines.iter().filter(|line| !line.refused.is_empty()).count());
        (refused(&sheet.header, lines.iter().filter(|line| !line.refused.is_empty())), check.by_text)
    };
    let (file, by_text) = checked(text);
    assert_eq!(by_text, 2);
    assert_eq!(
        file,
        "\u{feff}Name,Email,Note,line in file,refused because\r\n\
         Grace,x,'=1,3,Email: “x” is not a mail address.\r\n\
         Augusta,A@example.com,,4,It is about the same as line 2: both have a@example.com.\r\n\
         Bob,,,6,It is about the same as line 5: both have the same text.\r\n"
    );
    assert_eq!(checked(&file.replace(",x,", ",g@example.com,")).0.lines().count(), 1, "all of it is right now");
}

//! Drafts from rows; each line of the table is one file.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_csv::{Check, Column, Draft, Line, Mapping, MappingError, Reader, Refusal, Sheet, refused};
use nerve_model::{ClaimKind, RecordType};

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
fn a_telephone_cell_gives_the_numbers_that_are_in_it() {
    for (cell, claims, kept) in [
        ("+44 07700 900123", "+447700900123", ""),
        ("(+44) 07700 900123", "+447700900123", ""),
        ("+39 (0)6 69821234", "+390669821234", ""),
        ("＋４９ ３０ ９０１８２０", "+4930901820", ""),
        ("Tel.: 030/901820", "+4930901820", ""),
        ("tel:+4930901820", "+4930901820", ""),
        ("+49 30 901821 / +49 171 5551235", "+491715551235 +4930901821", ""),
        ("030 901821, 0171 5551235", "+491715551235 +4930901821", ""),
        ("030 901821 oder 0171 5551235", "+491715551235 +4930901821", ""),
        ("+49 30 901820 (mobile)", "+4930901820", "“mobile” is beside the number"),
        ("+49 30 901820 ext. 12", "+4930901820", "“ext. 12” is beside the number"),
        ("0171 5551235 nur abends, nach 18 Uhr", "+491715551235", "“nur abends, nach 18 Uhr” is beside the number"),
        ("+49 30 901820; n/a", "+4930901820", ""),
        ("ask reception", "", "“ask reception” is not a telephone number"),
        ("ext. 204", "", "“ext. 204” is not a telephone number"),
        ("+266696687", "", "“+266696687” is not a telephone number"),
        ("+49 1", "", "“+49 1” is not a telephone number"),
    ] {
        let row = format!("Name,Email,Phone\nAda,ada@example.com,\"{cell}\"");
        let drafts = read(&row, |mapping| mapping.region = Some("DE".to_owned()));
        let draft = drafts[0].as_ref().unwrap();
        let numbers = draft.claims.iter().filter(|claim| claim.kind == ClaimKind::Phone);
        let numbers: Vec<&str> = numbers.map(|claim| claim.value.as_str()).collect();
        assert_eq!(numbers.join(" "), claims, "{cell}");
        assert_eq!(draft.attributes.get("Phone"), (!kept.is_empty()).then_some(cell), "{cell}");
        assert!(reasons(&draft.remarks).contains(kept) && draft.remarks.is_empty() == kept.is_empty(), "{cell}");
    }
}

/// The reasons in short.
fn reasons(refused: &[Refusal]) -> String {
    let said = refused.iter().map(|r| format!("{}: {}", r.column.as_deref().unwrap_or("-"), r.reason));
    said.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_row_that_says_nothing_certain_is_refused_with_its_reason() {
    let nobody = "-: Nothing in the row says whom it is about: no name, mail address, number or id.";
    let alone = "-: Nothing else in the row recognizes the record: a name alone could be somebody else's.";
    let rounded = "was rounded by a spreadsheet: its last digits are gone.";
    let cases = [
        ("Name,record\nAda,prp_1", "record: “prp_1” is not the id of a record.".to_owned()),
        ("Name,City\n,Berlin", nobody.to_owned()),
        ("Name,Email\nn/a,keine", nobody.to_owned()),
        ("Email\nx", format!("Email: “x” is not a mail address. {nobody}")),
        (
            "Name,City\nAda,x,y",
            "-: The row has 3 cells, the header 2: a separator is too many, or a quotation mark is missing.".to_owned(),
        ),
        (
            "Name,City,Email\n\"Ada, London, a@example.com, 1",
            "-: A quotation mark is never closed: the row has 4 cells, the header 3.".to_owned(),
        ),
        ("Customer ID,Name\n9.91214E+15,Ada", format!("Customer ID: “9.91214E+15” {rounded} {alone}")),
        ("Customer ID,Email\n\"9,91214E+15\",", format!("Customer ID: “9,91214E+15” {rounded} {nobody}")),
        ("Name,Seriennummer\nBoiler,1.23E+05", format!("Seriennummer: “1.23E+05” {rounded} {alone}")),
        ("Name,external\nAda,stripe:customer:1E+15", format!("external: “1E+15” {rounded} {alone}")),
    ];
    for (text, expected) in cases {
        let refused = read(text, |_| {}).remove(0).unwrap_err();
        assert_eq!(reasons(&refused), expected, "{text}");
    }
}

#[test]
fn a_cell_that_does_not_fit_costs_no_row_and_is_kept_as_written() {
    let long = "x".repeat(201);
    let cases = [
        (
            "Name,Email\nAda,ada(at)example.com",
            "- Ada -/- Email=ada(at)example.com | external:file:row:",
            "Email: “ada(at)example.com” is not a mail address.",
        ),
        (
            "Name,Email\nAda,a@example.com; reception",
            "- Ada -/- Email=a@example.com; reception | email:a@example.com",
            "Email: “reception” is not a mail address.",
        ),
        (
            "Name,Phone\nAda,030 901820",
            "- Ada -/- Phone=030 901820 | external:file:row:",
            "Phone: “030 901820” has no country code: say in which country such numbers are.",
        ),
        (
            "Name,Phone\nAda,\"4,47911E+11\"",
            "- Ada -/- Phone=4,47911E+11 | external:file:row:",
            "Phone: “4,47911E+11” was rounded by a spreadsheet: its last digits are gone.",
        ),
        (
            "Name,Type\nAda,Freund\nBen,Kunde",
            "- Ada -/- Type=Freund | external:file:row:",
            "Type: “Freund” is none of customer, deal, project, asset, vendor.",
        ),
        (
            "Name,Customer ID\nAda,10 023",
            "- Ada -/- Customer ID=10 023 | external:file:row:",
            "Customer ID: “10 023” is not an id: ids have no blanks.",
        ),
        (
            "Customer ID,Name,Email\n9.91214E+15,Ben,b@example.com",
            "- Ben -/- Customer ID=9.91214E+15 | email:b@example.com",
            "Customer ID: “9.91214E+15” was rounded by a spreadsheet: its last digits are gone.",
        ),
        (
            "Customer ID,Name,Email\n2-Mar,Ben,b@example.com",
            "- Ben -/- Customer ID=2-Mar | email:b@example.com",
            "Customer ID: “2-Mar” was made a date by a spreadsheet.",
        ),
        (
            "Name,Email,Phone\nAda,x,y",
            "- Ada -/- Email=x,Phone=y | external:file:row:",
            "Email: “x” is not a mail address. Phone: “y” is not a telephone number.",
        ),
        (
            &format!("Name,Email\n{long},a@example.com"),
            &format!("- {}… -/-  | email:a@example.com", &long[..199]),
            "Name: The text is cut off after 200 characters.",
        ),
    ];
    for (text, expected, remarks) in cases {
        let draft = read(text, |_| {}).remove(0).unwrap_or_else(|why| panic!("{text} {why:?}"));
        let said = short(&draft);
        let said = said.find("file:row:").map_or(said.as_str(), |at| &said[..at + 9]);
        assert_eq!((said, reasons(&draft.remarks).as_str()), (expected, remarks), "{text}");
    }
}

#[test]
fn what_cannot_be_seen_and_what_wraps_a_value_is_taken_off() {
    let cases = [
        ("Name,Email\nAda,\u{200b}ada@example.com", "- Ada -/-  | email:ada@example.com"),
        ("Name,Email\nAda,ada@exam\u{ad}ple.com\u{a0}", "- Ada -/-  | email:ada@example.com"),
        ("Name,Email\n\u{feff}Ada,\u{feff}ada@example.com", "- Ada -/-  | email:ada@example.com"),
        ("Name,Email\nAda,mailto:ada@example.com", "- Ada -/-  | email:ada@example.com"),
        ("Name,Email\nAda,<ada@example.com>;", "- Ada -/-  | email:ada@example.com"),
        ("Name,Email\nAda,\"\"\"Lind, Ada\"\" <ada@example.com>\"", "- Ada -/-  | email:ada@example.com"),
        ("Name,Email\nAda,a@example.com / b@example.com", "- Ada -/-  | email:a@example.com email:b@example.com"),
        ("Name,Email\nAda,a@example.com ::: b@example.com", "- Ada -/-  | email:a@example.com email:b@example.com"),
        ("Customer ID,Name\n\u{200b}C-\u{ad}1\u{a0},Ada", "- Ada -/-  | external:file:record:C-1"),
        ("Customer ID,Name\n\"=\"\"00123\"\"\",Ada", "- Ada -/-  | external:file:record:00123"),
        ("Serial,Name\nSN\u{200b}-1,Boiler", "- Boiler -/-  | serial:SN-1"),
        // Words for nothing.
        ("Customer ID,Name,Email,Phone\n-,Ada,a@example.com,0", "- Ada -/-  | email:a@example.com"),
        ("Customer ID,Name,Email,Phone\n#N/A,n/a,a@example.com,unbekannt", "- - -/-  | email:a@example.com"),
        ("Email,Serial,Type\na@example.com,k.A.,--", "- - -/-  | email:a@example.com"),
        ("Vorname,Nachname,E-Mail\n-,Null,a@example.com", "- Null -/-  | email:a@example.com"),
        ("First Name,Last Name,Company,Email\n,,Acme,a@example.com", "- Acme -/- company=Acme | email:a@example.com"),
    ];
    for (text, expected) in cases {
        let draft = read(text, |_| {}).remove(0).unwrap_or_else(|why| panic!("{text} {why:?}"));
        assert_eq!((short(&draft).as_str(), draft.remarks.as_slice()), (expected, [].as_slice()), "{text:?}");
    }
}

#[test]
fn a_row_costs_no_other_and_a_missing_separator_costs_nothing() {
    let ada = "- Ada -/- city=Paris | email:a@example.com";
    let ben = "- Ben -/-  | email:b@example.com";
    let cases = [
        ("Name,Email,City\nAda,a@example.com,Paris\nBen,b@example.com\n", vec![ada, ben]),
        ("Name,Email,City\nBen,b@example.com\nAda,a@example.com,Paris,,,\n", vec![ben, ada]),
        ("Name,Email,City,,\nAda,a@example.com,Paris\nBen,b@example.com,,,\n", vec![ada, ben]),
        ("Name;Email;City;\r\nAda;a@example.com;Paris;\r\nBen;b@example.com;;\r\n", vec![ada, ben]),
        ("\nName,Email,City\n\n,,\nAda,a@example.com,Paris\n \nBen,b@example.com,\n\n", vec![ada, ben]),
        ("Name,Email,City\rAda,a@example.com,Paris\rBen,b@example.com,\r", vec![ada, ben]),
        ("sep=;\rName;Email;City\rAda;a@example.com;Paris\rBen;b@example.com;\r", vec![ada, ben]),
        ("\"sep=;\"\r\nName;Email;City\r\nAda;a@example.com;Paris\r\nBen;b@example.com\r\n", vec![ada, ben]),
        ("Our customers\n\nName,Email,City\nAda,a@example.com,Paris\nBen,b@example.com,\n", vec![ada, ben]),
        (
            "Kunden 2024;;\nStand: heute;;\nName;E-Mail;Ort\nAda;a@example.com;Paris\nBen;b@example.com;\n",
            vec![ada, ben],
        ),
        ("Name,Email,City\nAda,a@example.com,Paris\nName,Email,City\nBen,b@example.com,\n", vec![ada, ben]),
        ("Name,Email,City\nAda,\"a@example.com,Paris\nBen,b@example.com,\"\"\n", vec![ada, ben]),
    ];
    for (text, expected) in cases {
        let drafts: Vec<String> = read(text, |_| {}).iter().map(|row| short(row.as_ref().unwrap())).collect();
        assert_eq!(drafts, expected, "{text:?}");
    }
    let unnamed = read("Name,Email,,\nAda,a@example.com,,x\n", |_| {});
    assert_eq!(short(unnamed[0].as_ref().unwrap()), "- Ada -/- Column 4=x | email:a@example.com");
    let no_header = read("Ada,a@example.com\nBen,b@example.com\n", |_| {});
    assert_eq!(short(no_header[1].as_ref().unwrap()), "- - -/- Column 1=Ben | email:b@example.com");
    let wide = format!("Name{}\nAda{}\n", (0..60).map(|n| format!(",c{n}")).collect::<String>(), ",x".repeat(60));
    let draft = read(&wide, |_| {}).remove(0).unwrap();
    assert_eq!(draft.attributes.iter().len(), 50);
    assert!(
        reasons(&draft.remarks).starts_with("-: A record has at most 50 attributes: c50, c51"),
        "{:?}",
        draft.remarks
    );
    let long = format!("Name,Note\nAda,{}\nBen,short\n", "x".repeat(70_000));
    let rows = read(&long, |_| {});
    assert_eq!(reasons(rows[0].as_ref().unwrap_err()), "-: The row is longer than 64 KB.");
    assert!(rows[1].is_ok(), "the others are read");
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
    let text = "Name,Email,Note\nAda,a@example.com,'-5\n,x,=1\nAugusta,A@example.com,\nBob,,\nBob,,\n";
    let checked = |text: &str| {
        let sheet = Sheet::read(text.as_bytes()).unwrap();
        let mut lines: Vec<Line> = sheet.lines().map(Result::unwrap).collect();
        let mapping = Mapping::guessed(&sheet.header, &lines);
        let mut check = Check::new(&sheet.header, &mapping);
        lines.iter_mut().for_each(|line| check.line(line));
        assert_eq!(check.rows as usize, lines.len());
        assert_eq!(check.refused as usize, lines.iter().filter(|line| !line.refused.is_empty()).count());
        assert_eq!(check.remarked as usize, lines.iter().filter(|line| !line.remarks.is_empty()).count());
        (refused(&sheet.header, lines.iter().filter(|line| !line.refused.is_empty())), check.by_text)
    };
    let (file, by_text) = checked(text);
    assert_eq!(by_text, 2);
    assert_eq!(
        file,
        "\u{feff}Name,Email,Note,line in file,refused because\r\n\
         ,x,'=1,3,\"Email: “x” is not a mail address. Nothing in the row says whom it is about: no name, mail address, number or id.\"\r\n\
         Augusta,A@example.com,,4,It is about the same as line 2: both have a@example.com.\r\n\
         Bob,,,6,It is about the same as line 5: both have the same text.\r\n"
    );
    assert_eq!(checked(&file.replace(",x,", ",g@example.com,")).0.lines().count(), 1, "all of it is right now");
    let couple =
        "Name,Email\nBen Okafor,home@okafor.example\nCleo Okafor,home@okafor.example\nBen Okafor,home@okafor.example\n";
    assert_eq!(checked(couple).0.lines().count(), 2, "two people of one mailbox, and one of them twice");
}

//! The exports of well-known tools, with their real headers: each row becomes what it is in the tool.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_csv::{Check, Draft, Line, Mapping, Reader, Sheet};

/// The first draft of a file, as it is guessed.
fn first(text: &str) -> (Draft, u32) {
    let sheet = Sheet::read(text.as_bytes()).unwrap();
    let mut lines: Vec<Line> = sheet.lines().map(Result::unwrap).collect();
    let mapping = Mapping { region: Some("DE".to_owned()), ..Mapping::guessed(&sheet.header, &lines) };
    mapping.check(sheet.header.len()).unwrap();
    let mut check = Check::new(&sheet.header, &mapping);
    lines.iter_mut().for_each(|line| check.line(line));
    let draft = Reader::new(&sheet.header, &mapping).read(&lines[0]).unwrap_or_else(|why| panic!("{why:?}"));
    assert_eq!(draft.remarks, [], "{text}");
    (draft, check.refused)
}

struct Export {
    tool: &'static str,
    file: &'static str,
    name: &'static str,
    claims: &'static [&'static str],
    attributes: &'static [(&'static str, &'static str)],
    owner: Option<&'static str>,
}

const MAILS: &[&str] = &["email:ada@example.com", "email:ada@home.example", "phone:+49171555123", "phone:+4930901820"];

const EXPORTS: [Export; 14] = [
    Export {
        tool: "Google Contacts, until 2024",
        file: "Name,Given Name,Additional Name,Family Name,Yomi Name,Name Prefix,Name Suffix,Nickname,Birthday,Notes,Language,Photo,Group Membership,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,Address 1 - Type,Address 1 - Formatted,Address 1 - City,Organization 1 - Type,Organization 1 - Name,Organization 1 - Title,Website 1 - Type,Website 1 - Value\n\
               Ada Lindqvist,Ada,,Lindqvist,,,,,,,,,* myContacts,* Work,ada@example.com,Home,ada@home.example,Work,+49 30 901820,Mobile,+49 171 555123,Home,\"Hauptstr. 1\nBerlin\",Berlin,,Acme GmbH,CTO,Work,https://acme.example\n",
        name: "Ada Lindqvist",
        claims: MAILS,
        attributes: &[
            ("company", "Acme GmbH"),
            ("city", "Berlin"),
            ("website", "https://acme.example"),
            ("Organization 1 - Title", "CTO"),
        ],
        owner: None,
    },
    Export {
        tool: "Google Contacts",
        file: "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Country\n\
               Ada,,Lindqvist,,,,,,Acme GmbH,CTO,,,,,* myContacts,* Work,ada@example.com ::: ada@home.example,,,Work,+4930901820 ::: +49171555123,Home,DE\n",
        name: "Ada Lindqvist",
        claims: MAILS,
        attributes: &[("company", "Acme GmbH"), ("Organization Title", "CTO"), ("country", "DE")],
        owner: None,
    },
    Export {
        tool: "Outlook",
        file: "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business City,Business Country/Region,Assistant's Phone,Business Fax,Business Phone,Home Phone,Mobile Phone,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Type,Notes,Web Page\r\n\
               Dr.,Ada,,Lindqvist,,Acme GmbH,,CTO,Hauptstr. 1,Berlin,Germany,+49 30 111111,+49 30 222222,+49 30 901820,,+49 171 555123,ada@example.com,SMTP,Ada Lindqvist (ada@example.com),ada@home.example,SMTP\r\n",
        name: "Ada Lindqvist",
        claims: MAILS,
        attributes: &[
            ("Title", "Dr."),
            ("company", "Acme GmbH"),
            ("Job Title", "CTO"),
            ("city", "Berlin"),
            ("Business Fax", "+49 30 222222"),
            ("Assistant's Phone", "+49 30 111111"),
        ],
        owner: None,
    },
    Export {
        tool: "Outlook, German",
        file: "Anrede;Vorname;Weitere Vornamen;Nachname;Suffix;Firma;Abteilung;Position;Straße geschäftlich;Ort geschäftlich;Postleitzahl geschäftlich;Land/Region geschäftlich;Fax geschäftlich;Telefon geschäftlich;Telefon Assistent;Telefon privat;Mobiltelefon;E-Mail-Adresse;E-Mail-Typ;E-Mail: Angezeigter Name;E-Mail 2: Adresse;Notizen;Webseite\r\n\
               Frau;Ada;;Lindqvist;;Acme GmbH;;;Hauptstr. 1;Berlin;10115;Deutschland;030 222222;030 901820;030 111111;;0171 555123;ada@example.com;SMTP;Ada;ada@home.example\r\n",
        name: "Ada Lindqvist",
        claims: MAILS,
        attributes: &[
            ("company", "Acme GmbH"),
            ("city", "Berlin"),
            ("postal code", "10115"),
            ("country", "Deutschland"),
            ("Fax geschäftlich", "030 222222"),
        ],
        owner: None,
    },
    Export {
        tool: "Apple Contacts, as a sheet",
        file: "First name,Last name,Organization,Email (work),Email (home),Phone (work),Phone (mobile),Address (home)\n\
               Ada,Lindqvist,Acme GmbH,ada@example.com,ada@home.example,+49 30 901820,+49 171 555123,Berlin\n",
        name: "Ada Lindqvist",
        claims: MAILS,
        attributes: &[("company", "Acme GmbH")],
        owner: None,
    },
    Export {
        tool: "HubSpot contacts",
        file: "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Primary Associated Company ID,Last Activity Date (CET),Lead Status,Marketing contact status,Create Date,Associated Company,Associated Company IDs\n\
               501,Ada,Lindqvist,ada@example.com,+4930901820,Grace,77,,Open,Non-marketing contact,2024-01-02 10:00,Acme GmbH,77\n",
        name: "Ada Lindqvist",
        claims: &["external:file:record:501", "email:ada@example.com", "phone:+4930901820"],
        attributes: &[("company", "Acme GmbH"), ("Primary Associated Company ID", "77")],
        owner: Some("Grace"),
    },
    Export {
        tool: "HubSpot companies",
        file: "Record ID,Company name,Company owner,Create Date,Phone Number,Last Activity Date,City,Country/Region,Industry,Company Domain Name,Type\n\
               77,Acme GmbH,Grace,2024-01-02 10:00,+4930901820,,Berlin,Germany,Software,acme.example,Prospect\n",
        name: "Acme GmbH",
        claims: &["external:file:record:77", "phone:+4930901820"],
        attributes: &[
            ("city", "Berlin"),
            ("country", "Germany"),
            ("industry", "Software"),
            ("website", "acme.example"),
            ("Type", "Prospect"),
        ],
        owner: Some("Grace"),
    },
    Export {
        tool: "Salesforce contacts report",
        file: "\"Salutation\",\"First Name\",\"Last Name\",\"Title\",\"Account Name\",\"Mailing Street\",\"Mailing City\",\"Mailing State/Province\",\"Mailing Zip/Postal Code\",\"Mailing Country\",\"Phone\",\"Mobile\",\"Fax\",\"Email\",\"Account Owner\",\"Contact ID\",\"Account ID\"\n\
               \"Ms.\",\"Ada\",\"Lindqvist\",\"CTO\",\"Acme GmbH\",\"Hauptstr. 1\",\"Berlin\",\"BE\",\"10115\",\"Germany\",\"+49 30 901820\",\"+49 171 555123\",\"\",\"ada@example.com\",\"Grace\",\"0035e000001a2B3\",\"0015e000001a2B3\"\n",
        name: "Ada Lindqvist",
        claims: &[
            "external:file:record:0035e000001a2B3",
            "email:ada@example.com",
            "phone:+49171555123",
            "phone:+4930901820",
        ],
        attributes: &[
            ("company", "Acme GmbH"),
            ("Title", "CTO"),
            ("city", "Berlin"),
            ("region", "BE"),
            ("Account ID", "0015e000001a2B3"),
        ],
        owner: Some("Grace"),
    },
    Export {
        tool: "Salesforce data export",
        file: "\"Id\",\"IsDeleted\",\"AccountId\",\"LastName\",\"FirstName\",\"Salutation\",\"Name\",\"MailingCity\",\"Phone\",\"MobilePhone\",\"Email\",\"Title\",\"OwnerId\"\n\
               \"0035e000001a2B3\",\"0\",\"0015e000001a2B3\",\"Lindqvist\",\"Ada\",\"\",\"Ada Lindqvist\",\"Berlin\",\"+49 30 901820\",\"+49 171 555123\",\"ada@example.com\",\"CTO\",\"0055e\"\n",
        name: "Ada Lindqvist",
        claims: &[
            "external:file:record:0035e000001a2B3",
            "email:ada@example.com",
            "phone:+49171555123",
            "phone:+4930901820",
        ],
        attributes: &[("city", "Berlin"), ("AccountId", "0015e000001a2B3"), ("Title", "CTO")],
        owner: None,
    },
    Export {
        tool: "Pipedrive people",
        file: "Person - ID,Person - Name,Person - Label,Person - Organization,Person - Email - Work,Person - Email - Home,Person - Email - Other,Person - Phone - Work,Person - Phone - Mobile,Person - Owner,Person - Open deals\n\
               12,Ada Lindqvist,Hot,Acme GmbH,ada@example.com,ada@home.example,,+49 30 901820,+49 171 555123,Grace,0\n",
        name: "Ada Lindqvist",
        claims: &[
            "external:file:record:12",
            "email:ada@example.com",
            "email:ada@home.example",
            "phone:+49171555123",
            "phone:+4930901820",
        ],
        attributes: &[("Person - Organization", "Acme GmbH"), ("Person - Label", "Hot")],
        owner: Some("Grace"),
    },
    Export {
        tool: "Pipedrive organizations",
        file: "Organization - ID,Organization - Name,Organization - Label,Organization - Address,Organization - People,Organization - Owner\n\
               7,Acme GmbH,,\"Hauptstr. 1, Berlin\",2,Grace\n",
        name: "Acme GmbH",
        claims: &["external:file:record:7"],
        attributes: &[("address", "Hauptstr. 1, Berlin"), ("Organization - People", "2")],
        owner: Some("Grace"),
    },
    Export {
        tool: "LinkedIn connections",
        file: "Notes:\n\"When exporting your connection data, you may notice that some of the email addresses are missing.\"\n\n\
               First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
               Ada,Lindqvist,https://linkedin.example/in/ada,ada@example.com,Acme GmbH,CTO,02 Jan 2024\n",
        name: "Ada Lindqvist",
        claims: &["email:ada@example.com"],
        attributes: &[("company", "Acme GmbH"), ("Position", "CTO")],
        owner: None,
    },
    Export {
        tool: "Mailchimp",
        file: "Email Address,First Name,Last Name,Address,Phone Number,MEMBER_RATING,OPTIN_TIME\n\
               ada@example.com,Ada,Lindqvist,,,2,2024-01-02 10:00:00\n",
        name: "Ada Lindqvist",
        claims: &["email:ada@example.com"],
        attributes: &[("MEMBER_RATING", "2")],
        owner: None,
    },
    Export {
        tool: "an address list of an association",
        file: "Mitgliederliste 2024;;;;\n\nNr.;Name;Vorname;E-Mail privat;Handy\n1;Lindqvist;Ada;ada@example.com;0171 555123\n",
        name: "Ada Lindqvist",
        claims: &["external:file:record:1", "email:ada@example.com", "phone:+49171555123"],
        attributes: &[],
        owner: None,
    },
];

#[test]
fn exports_of_well_known_tools_are_read_without_a_correction() {
    for Export { tool, file, name, claims, attributes, owner } in EXPORTS {
        let (draft, refused) = first(file);
        let found: Vec<String> = draft.claims.iter().map(|claim| format!("{}:{}", claim.kind, claim.value)).collect();
        assert_eq!(
            (draft.name.as_deref(), found, draft.owner.as_deref(), refused),
            (Some(name), claims.iter().map(|claim| (*claim).to_owned()).collect(), owner, 0),
            "{tool}"
        );
        for (attribute, value) in attributes {
            assert_eq!(draft.attributes.get(attribute), Some(*value), "{tool}: {attribute} in {:?}", draft.attributes);
        }
    }
}

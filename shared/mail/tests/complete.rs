//! Mails as they are written, and what is read in them.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use nerve_mail::complete;
use nerve_model::{
    Address, AuthResult, Authentication, Claim, ClaimKind, DedupKey, Event, EventId, Fact, Medium, Message, Role,
    SemanticKey, SourceName, Subject, Timestamp, Trust,
};
use nerve_protocol::written_mail::{Span, WrittenMail, WrittenText};

fn text(text: &str) -> WrittenText {
    WrittenText::Decoded(text.to_owned())
}

/// The event of a mail's arrival, as its source makes it.
fn arrived(from: &str) -> Event {
    let subject = Subject::new("postmark:mail:1".to_owned());
    let received_at = Timestamp::from_seconds(1_795_428_000);
    Event {
        id: EventId::new(received_at, 7),
        source: SourceName::from_static("postmark"),
        fact: Fact::EmailReceived(Message {
            medium: Medium::Mail,
            from: Address { name: None, address: from.to_owned() },
            to: Vec::new(),
            subject: None,
            text: String::new(),
            attachments: Vec::new(),
            authentication: Authentication { dmarc: Some(AuthResult::Pass), ..Authentication::default() },
            message: "1".to_owned(),
            in_reply_to: None,
        }),
        dedup_key: DedupKey::new("1"),
        semantic_key: SemanticKey::about(&subject, "mail 1"),
        subject,
        claims: vec![Claim { kind: ClaimKind::Email, value: from.to_owned(), role: Role::Customer }],
        party_name: None,
        trust: Trust::Token,
        test: false,
        summary: String::new(),
        link: None,
        occurred_at: received_at,
        said_at: None,
        received_at,
    }
}

fn of(headers: &[(&str, &str)], body: &str) -> WrittenMail {
    WrittenMail {
        own_domains: vec!["ours.example".to_owned()],
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect(),
        texts: vec![text(body)],
        ..WrittenMail::default()
    }
}

fn read(mail: &WrittenMail) -> (Event, Message) {
    read_in(mail, b"")
}

fn read_in(mail: &WrittenMail, body: &[u8]) -> (Event, Message) {
    let event = complete(arrived("as@written.example"), mail, body).unwrap();
    let Fact::EmailReceived(message) = event.fact.clone() else { panic!() };
    (event, message)
}

fn address(event: &Event) -> Option<&str> {
    event.claims.first().map(|claim| claim.value.as_str())
}

#[test]
fn the_customer_is_whom_the_mail_says_to_answer_where_a_program_sent_it() {
    for (from, reply_to, body, customer, name) in [
        ("Ada <ada@a.example>", "", "x", Some("ada@a.example"), Some("Ada")),
        ("Ada <ada@a.example>", "desk@a.example", "x", Some("ada@a.example"), Some("Ada")),
        // A form's address that nobody reads.
        (
            "Website <noreply@forms.example>",
            "\"Lindqvist, Ada\" <Ada@a.example>",
            "x",
            Some("ada@a.example"),
            Some("Lindqvist, Ada"),
        ),
        (
            "Website <no-reply@forms.example>",
            "ada@a.example",
            "Name: Ada L\nMessage: x",
            Some("ada@a.example"),
            Some("Ada L"),
        ),
        ("Website <noreply@forms.example>", "ada@a.example <ada@a.example>", "x", Some("ada@a.example"), None),
        (
            "Website <noreply@forms.example>",
            "=?utf-8?q?Zo=C3=AB?= <zoe@a.example>",
            "x",
            Some("zoe@a.example"),
            Some("Zoë"),
        ),
        (
            "Website <noreply@forms.example>",
            "Website <ada@a.example>",
            "Your name: Ada",
            Some("ada@a.example"),
            Some("Ada"),
        ),
        // The first that is not ours, nor another address that nobody reads.
        (
            "Website <noreply@forms.example>",
            "Desk <desk@ours.example>, no-reply@b.example, Ada <ada@a.example>, b@b.example",
            "x",
            Some("ada@a.example"),
            Some("Ada"),
        ),
        // A forms service, and a page of our own.
        ("Ada via Jotform <ada=a.example@jotform.com>", "ada@a.example", "x", Some("ada@a.example"), Some("Ada")),
        (
            "Our website <wordpress@ours.example>",
            "cleo@c.example",
            "I would like an offer.",
            Some("cleo@c.example"),
            None,
        ),
        ("Jonas <jonas@ours.example>", "cleo@c.example", "x", Some("cleo@c.example"), None),
        (
            "'Ada Lindqvist' via Sales <sales@ours.example>",
            "ada@a.example",
            "x",
            Some("ada@a.example"),
            Some("Ada Lindqvist"),
        ),
        // Only the form's fields name somebody.
        (
            "Website <noreply@forms.example>",
            "",
            "Name: Ada\nE-Mail: ada@a.example\n",
            Some("ada@a.example"),
            Some("Ada"),
        ),
        (
            "Website <noreply@forms.example>",
            "noreply@forms.example",
            "Your email: ada@a.example",
            Some("ada@a.example"),
            None,
        ),
        (
            "Website <wordpress@ours.example>",
            "",
            "Name: Ada\nE-Mail: ada@a.example\n",
            Some("ada@a.example"),
            Some("Ada"),
        ),
        ("Website <noreply@forms.example>", "", "Email: ada@a.example\nEmail: b@b.example", None, None),
        ("Shop <noreply@shop.example>", "", "Your parcel is on its way.\nE-Mail: info@shop.example", None, None),
        // Nobody to answer, and no customer of that name.
        ("Shop <noreply@shop.example>", "", "Your parcel is on its way.", None, None),
        ("Forms <forms@small.example>", "", "Hello, we sell forms.", Some("forms@small.example"), Some("Forms")),
    ] {
        let mail = of(&[("From", from), ("Reply-To", reply_to)], body);
        let (event, message) = read(&mail);
        assert_eq!((address(&event), event.party_name.as_deref()), (customer, name), "{from} {reply_to} {body}");
        if let Some(customer) = customer {
            assert_eq!(message.from.address, customer);
        }
    }
}

#[test]
fn mail_that_only_our_own_people_had_part_in_is_no_event() {
    for (from, reply_to, body) in [
        ("Jonas <jonas@ours.example>", "", "x"),
        ("Jonas <jonas@Ours.example>", "desk@ours.example", "E-Mail: jonas@ours.example"),
    ] {
        let mail = of(&[("From", from), ("Reply-To", reply_to), ("Subject", "About us")], body);
        let ignored = complete(arrived("jonas@ours.example"), &mail, b"").unwrap_err();
        assert_eq!(
            (ignored.reason.as_ref(), ignored.subject.as_str()),
            (nerve_mail_source::OURS, "About us"),
            "{from}"
        );
    }
}

#[test]
fn the_checks_of_a_mail_speak_for_its_from_only() {
    for (from, reply_to, supported) in [
        ("ada@a.example", "", true),
        ("noreply@forms.example", "vendor@known.example", false),
        ("noreply@a.example", "ada@a.example", true),
    ] {
        let (_, message) = read(&of(&[("From", from), ("Reply-To", reply_to)], "x"));
        assert_eq!(message.authentication.supports(&message.from.address), supported, "{from} {reply_to}");
    }
}

#[test]
fn an_answer_is_the_same_matter_as_what_it_answers() {
    let offer = "postmark:mail:offer-1@ours.example";
    for (headers, subject) in [
        (vec![("In-Reply-To", "<offer-1@ours.example>")], offer),
        (vec![("References", "<older@ours.example> <offer-1@ours.example>")], offer),
        (vec![("References", "<older@ours.example>\r\n\t<offer-1@ours.example>")], offer),
        (vec![("In-Reply-To", "<offer-1@ours.example> <older@ours.example>"), ("References", "<a@b>")], offer),
        (vec![("In-Reply-To", "Message of \"Fri, 20 Nov 2026 10:00:00 +0100.\" <offer-1@ours.example>")], offer),
        (vec![("In-Reply-To", "Your message of Friday"), ("References", "<offer-1@ours.example>")], offer),
        (vec![("In-Reply-To", "offer-1@ours.example")], offer),
        (vec![("In-Reply-To", ""), ("References", "")], "postmark:mail:own@a.example"),
        (vec![("In-Reply-To", "<own@a.example>"), ("References", "<offer-1@ours.example> <own@a.example>")], offer),
        (vec![], "postmark:mail:own@a.example"),
    ] {
        let own = [("From", "ada@a.example"), ("Message-ID", "<own@a.example>")];
        let headers: Vec<(&str, &str)> = own.into_iter().chain(headers).collect();
        assert_eq!(read(&of(&headers, "x")).0.subject.as_str(), subject, "{headers:?}");
    }
    assert_eq!(read(&of(&[("From", "ada@a.example")], "x")).0.subject.as_str(), "postmark:mail:1");
}

#[test]
fn recipients_are_parted_outside_quotes_and_comments() {
    for (to, expected) in [
        (
            "\"Berger, Kim (Eastham, DE)\" <kim@ours.example>, hello@ours.example, \"O'Hara, Pat\" <pat@b.example>",
            vec!["kim@ours.example", "hello@ours.example", "pat@b.example"],
        ),
        ("a@a.example (Ada, of Acme), b@b.example", vec!["a@a.example", "b@b.example"]),
        ("Team: a@a.example, \"B, C\" <b@b.example>;", vec!["a@a.example", "b@b.example"]),
        ("undisclosed-recipients:;", vec![]),
        ("=?utf-8?q?Berger=2C_Kim?= <kim@ours.example>, b@b.example", vec!["kim@ours.example", "b@b.example"]),
        ("\"a \\\" b, c\" <a@a.example>, b@b.example", vec!["a@a.example", "b@b.example"]),
        ("a@a.example; b@b.example", vec!["a@a.example", "b@b.example"]),
        ("\"Berger; Kim\" <kim@ours.example>; Pat <pat@b.example>", vec!["kim@ours.example", "pat@b.example"]),
        ("<a@a.example>,,<b@b.example>,", vec!["a@a.example", "b@b.example"]),
    ] {
        assert_eq!(read(&of(&[("From", "ada@a.example"), ("To", to)], "x")).1.to, expected, "{to}");
    }
}

#[test]
fn a_mail_that_is_html_only_is_read_as_a_reader_sees_it() {
    for (plain, html, expected) in [
        ("", "<p>Sch&ouml;ne Gr&uuml;&szlig;e</p><p>Ada</p>", "Schöne Grüße\nAda"),
        (" \n\u{a0}\n", "<p>x</p>", "x"),
        ("This mail needs an HTML client to be displayed.", "<p>When will you come?</p>", "When will you come?"),
        ("This mail needs an HTML client to be displayed.", "", "This mail needs an HTML client to be displayed."),
        ("When will you come?", "<p>other</p>", "When will you come?"),
        ("", "<table><tr><td>Name</td><td>Ada</td></tr></table>", "Name Ada"),
    ] {
        let mail = WrittenMail { html: Some(text(html)), ..of(&[("From", "ada@a.example")], plain) };
        assert_eq!(read(&mail).1.text, expected, "{plain} {html}");
    }
}

#[test]
fn the_fields_of_a_form_may_stand_in_a_table() {
    let html = "<table><tr><th>Name</th><td>Ada L</td></tr><tr><th>E-Mail</th><td><a href='mailto:ada@a.example'>ada@a.example</a></td></tr></table>";
    let mail = WrittenMail { html: Some(text(html)), ..of(&[("From", "noreply@forms.example")], "") };
    let (event, _) = read(&mail);
    assert_eq!((address(&event), event.party_name.as_deref()), (Some("ada@a.example"), Some("Ada L")));
}

#[test]
fn every_field_is_read_by_its_own_encoding() {
    let body = b"Zo\xeb \x80 <zoe@a.example>|Gr\xfc\xdfe|\x1b$B@DLZ\x1b(B";
    let encoded =
        |start, end, charset: &str| WrittenText::Encoded { span: Span { start, end }, charset: charset.to_owned() };
    let mail = WrittenMail {
        headers: vec![
            // What cannot be read is passed over where something else can.
            ("From".to_owned(), text("Zo\u{fffd} <zoe@a.example>")),
            ("From".to_owned(), encoded(0, 21, "windows-1252")),
            ("Subject".to_owned(), encoded(22, 27, "iso-8859-1")),
        ],
        texts: vec![encoded(28, body.len(), "ISO-2022-JP")],
        ..WrittenMail::default()
    };
    let (event, message) = read_in(&mail, body);
    assert_eq!(message.from, Address { name: Some("Zoë €".to_owned()), address: "zoe@a.example".to_owned() });
    assert_eq!((message.subject.as_deref(), message.text.as_str()), (Some("Grüße"), "青木"));
    assert_eq!(event.summary, "Mail from Zoë €: Grüße");
}

fn whole(mail: &str) -> (Event, Message) {
    let body = format!("before{}after", mail.replace('\n', "\r\n"));
    let span = Span { start: 6, end: body.len() - 5 };
    read_in(&WrittenMail { whole: Some(span), ..WrittenMail::default() }, body.as_bytes())
}

#[test]
fn a_whole_mail_is_read_by_its_parts() {
    let (event, message) = whole(
        "Received: from mx.a.example\nFrom: =?utf-8?q?Zo=C3=AB?= <zoe@a.example>\nTo: \"Berger, Kim\" <kim@ours.example>\n\
         Subject: =?iso-8859-1?Q?Gr=FC=DFe?=\n =?utf-8?b?IGF1cw==?= Rom\nDate: Mon, 23 Nov 2026 10:58:00 +0100 (CET)\n\
         Message-ID: <m-1@a.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"out\"\n\n\
         --out\nContent-Type: multipart/alternative; boundary=\"in\"\n\n\
         --in\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n\
         Wann kommen Sie f=FCr die T=FCr=\nen?\n\
         --in\nContent-Type: text/html; charset=utf-8\n\n<p>formatted</p>\n--in--\n\
         --out\nContent-Type: application/pdf; name=\"plan, old.pdf\"\nContent-Disposition: attachment; filename=\"plan.pdf\"\n\
         Content-Transfer-Encoding: base64\n\nJVBERi0=\n--out--\n",
    );
    assert_eq!(message.from, Address { name: Some("Zoë".to_owned()), address: "zoe@a.example".to_owned() });
    assert_eq!(message.to, ["kim@ours.example"]);
    assert_eq!(message.subject.as_deref(), Some("Grüße aus Rom"));
    assert_eq!(message.text, "Wann kommen Sie für die Türen?");
    assert_eq!(event.occurred_at.to_string(), "2026-11-23T09:58:00.000Z");
    let [file] = message.attachments.as_slice() else { panic!("{:?}", message.attachments) };
    assert_eq!(
        (file.name.as_deref(), file.media_type.as_deref(), file.bytes),
        (Some("plan.pdf"), Some("application/pdf"), Some(5))
    );
    assert_eq!(message.message, "m-1@a.example");
}

#[test]
fn a_whole_mail_may_be_html_only_or_without_parts_or_damaged() {
    for (mail, text) in [
        ("From: a@a.example\nContent-Type: text/html; charset=utf-8\n\n<p>Sch&ouml;n</p>", "Schön"),
        ("From: a@a.example\n\nplain\n\ntext", "plain\n\ntext"),
        (
            "From: a@a.example\nContent-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: base64\n\nk/qWew==",
            "日本",
        ),
        (
            "From: a@a.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\ncut off",
            "cut off",
        ),
        ("From: a@a.example\nContent-Type: text/plain; charset=unknown-8\n\nplain", "plain"),
        ("From: a@a.example\nSubject: only headers", ""),
    ] {
        let (event, message) = whole(mail);
        assert_eq!((message.text.as_str(), address(&event)), (text, Some("a@a.example")), "{mail}");
    }
}

#[test]
fn headers_in_an_old_encoding_are_read() {
    let body = b"From: Zo\xeb <zoe@a.example>\r\nSubject: Gr\xfc\xdfe\r\n\r\nx";
    let mail = WrittenMail { whole: Some(Span { start: 0, end: body.len() }), ..WrittenMail::default() };
    let (_, message) = read_in(&mail, body);
    assert_eq!((message.from.name.as_deref(), message.subject.as_deref()), (Some("Zoë"), Some("Grüße")));
}

#[test]
fn a_mail_that_cannot_be_read_keeps_what_its_source_has_read() {
    for mail in
        [WrittenMail::default(), WrittenMail { whole: Some(Span { start: 5, end: 3 }), ..WrittenMail::default() }]
    {
        let (event, message) = read_in(&mail, b"\xff\xfe");
        assert_eq!((address(&event), message.message.as_str()), (Some("as@written.example"), "1"));
    }
}

#[test]
fn an_address_that_nobody_wrote_is_none() {
    let (event, _) = read(&of(&[("From", "<script>alert(1)</script> <x@y.example>")], "x"));
    assert_eq!(address(&event), Some("as@written.example"));
}

#[test]
fn a_date_that_is_none_is_the_arrival() {
    for date in ["", "yesterday", "Mon, 99 Nov 2026 10:58:00 +0100"] {
        let (event, _) = read(&of(&[("From", "a@a.example"), ("Date", date)], "x"));
        assert_eq!(event.occurred_at, event.received_at, "{date}");
    }
}

#[test]
fn a_date_that_cannot_be_is_kept_beside_the_arrival() {
    for (date, placed, said) in [
        ("Sat, 17 Mar 2096 05:32:00 +0000", None, Some("2096-03-17T05:32:00.000Z")),
        ("Thu, 1 Jan 1970 00:00:01 +0000", None, Some("1970-01-01T00:00:01.000Z")),
        ("Mon, 23 Nov 2026 11:00:01 +0100", None, Some("2026-11-23T10:00:01.000Z")),
        ("Fri, 20 Nov 2026 10:00:00 +0000", Some("2026-11-20T10:00:00.000Z"), None),
    ] {
        let (event, _) = read(&of(&[("From", "ada@a.example"), ("Date", date)], "x"));
        let expected = placed.map_or(event.received_at.to_string(), str::to_owned);
        assert_eq!(event.occurred_at.to_string(), expected, "{date}");
        assert_eq!(event.said_at.map(|at| at.to_string()).as_deref(), said, "{date}");
    }
}

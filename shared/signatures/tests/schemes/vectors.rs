//! Vectors that vendors published, or that their own libraries made from these secrets and bodies.

use crate::case::{NOW, TOLERANCE, secret};
use nerve_model::{Millis, Timestamp};
use nerve_signatures::{
    Format, Rejection, Secrets, body_hmac, box_com, credentials, ecdsa_p256, hubspot, standard_webhooks, twilio,
    v0_hex, zendesk,
};

const SECRET: &str = "nerve_test_secret_1";
const BODY: &[u8] = "{\"id\":\"evt_1NerveVector\",\"object\":\"event\",\"note\":\"Grüße 👋\"}\n".as_bytes();

fn secrets(list: &str) -> Secrets {
    Secrets::parse(list)
}

#[test]
fn body_hmac_as_github_typeform_and_cal_com_write_it() {
    for (key, body, format, header) in [
        // The example of GitHub's documentation.
        (
            "It's a Secret to Everybody",
            "Hello, World!".as_bytes(),
            Format::hex("sha256="),
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        ),
        // `sign` of @octokit/webhooks-methods 6.0.0.
        (
            SECRET,
            BODY,
            Format::hex("sha256="),
            "sha256=7188fb7174aa5cd91c2e904d75db2fdc6ea789f7b25aaf65a708fe67c275ccf8",
        ),
        (SECRET, BODY, Format::hex(""), "7188fb7174aa5cd91c2e904d75db2fdc6ea789f7b25aaf65a708fe67c275ccf8"),
        (SECRET, BODY, Format::base64("sha256="), "sha256=cYj7cXSqXNkcLpBNddsv3G6nifeyWq9lpwj+Z8J1zPg="),
    ] {
        assert_eq!(body_hmac::sign(&secret(key), body, format), header);
        assert_eq!(body_hmac::verify(Some(header), body, &secrets(key), format), Ok(()), "{header}");
        let other = Format { prefix: "SHA256=", ..format };
        assert_eq!(body_hmac::verify(Some(header), body, &secrets(key), other), Err(Rejection::MalformedSignature));
    }
}

#[test]
fn v0_hex_as_slack_documents_and_its_library_accepts_it() {
    // The example of Slack's documentation.
    let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
        channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
        response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
        trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    let (key, at) = ("8f742231b10e8888abcd99yyyzzz85a5", Timestamp::from_seconds(1_531_420_618));
    assert_eq!(v0_hex::sign(&secret(key), body, at), signature);
    assert_eq!(v0_hex::verify(Some(signature), Some("1531420618"), body, &secrets(key), TOLERANCE, at), Ok(()));
    // Accepted by `verifySlackRequest` of @slack/bolt 5.1.0.
    let signature = "v0=90e682d1f55b046ed92d2e277230093386b4ef6b4dd90718554727c0672ed0b9";
    assert_eq!(v0_hex::sign(&secret(SECRET), BODY, NOW), signature);
}

#[test]
fn standard_webhooks_as_its_reference_library_and_svix_sign() {
    let key = "whsec_bmVydmUgdGVzdCBrZXkgb2YgMzIgYnl0ZXMgaGVyZSE=";
    // standardwebhooks 1.1.1, svix 1.99.1; the last is the example of the specification.
    for (key, id, at, body, signature) in [
        (key, "msg_2Nerve", NOW, BODY, "v1,L9CSQ7kGAtbaCU0UvQS5R5zCqjJnH0leg/XzWYKdcpA="),
        (key, "msg_2Nerve", NOW, b"", "v1,hs4mQ4yzoKUo+9teoBTqy7veBuvcWJGwubyuOwPVIFo="),
        (
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Timestamp::from_seconds(1_614_265_330),
            b"{\"test\": 2432232314}",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ] {
        assert_eq!(standard_webhooks::sign(&secret(key), id, at, body), signature);
        let timestamp = (at.as_millis() / 1_000).to_string();
        let headers =
            standard_webhooks::Headers { id: Some(id), timestamp: Some(&timestamp), signature: Some(signature) };
        assert_eq!(standard_webhooks::verify(headers, body, &secrets(key), TOLERANCE, at), Ok(()));
    }
}

#[test]
fn standard_webhooks_takes_any_signature_of_version_1() {
    let (old, new) = ("bmVydmUgb2xk", "whsec_bmVydmUgbmV3");
    let sign = |key: &str| standard_webhooks::sign(&secret(key), "msg_1", NOW, BODY);
    let timestamp = (NOW.as_millis() / 1_000).to_string();
    let check = |list: &str, keys: &str| {
        let headers =
            standard_webhooks::Headers { id: Some("msg_1"), timestamp: Some(&timestamp), signature: Some(list) };
        standard_webhooks::verify(headers, BODY, &secrets(keys), TOLERANCE, NOW)
    };
    let (by_old, by_new) = (sign(old), sign(new));
    let tag = by_new.trim_start_matches("v1,");
    for (list, keys, verdict) in [
        (format!("{by_old} {by_new}"), new, Ok(())),
        (format!("{by_old} {by_new}"), old, Ok(())),
        (by_old.clone(), "bmVydmUgbmV3,bmVydmUgb2xk", Ok(())),
        (
            format!(
                "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== {by_new}"
            ),
            new,
            Ok(()),
        ),
        (format!("v1, v1,*** v2,{tag}  {by_new} "), new, Ok(())),
        (by_old, new, Err(Rejection::Mismatch)),
        (format!("v2,{tag}"), new, Err(Rejection::MalformedSignature)),
        (format!("V1,{tag}"), new, Err(Rejection::MalformedSignature)),
        (format!("v1={tag}"), new, Err(Rejection::MalformedSignature)),
        (tag.to_owned(), new, Err(Rejection::MalformedSignature)),
        (format!("v1,{}", tag.trim_end_matches('=')), new, Err(Rejection::MalformedSignature)),
    ] {
        assert_eq!(check(&list, keys), verdict, "{list} {keys}");
    }
}

#[test]
fn zendesk_signs_the_time_as_it_is_written() {
    let (time, signature) = ("2026-11-23T10:40:00Z", "a2vKU2IcarpLRXgAP0ZSW920E1cPuoTGDLVfr9vX93E=");
    let verify = |time| zendesk::verify(Some(signature), Some(time), BODY, &secrets(SECRET), TOLERANCE, NOW);
    assert_eq!(zendesk::sign(&secret(SECRET), BODY, time), signature);
    assert_eq!(verify(time), Ok(()));
    assert_eq!(verify("2026-11-23T10:40:00.000Z"), Err(Rejection::Mismatch));
}

#[test]
fn one_of_boxs_two_signatures_is_enough() {
    // The formula of `WebhooksManager.validateMessage` of box-node-sdk 10.12.0, which accepts these signatures.
    let good = box_com::Headers {
        primary: Some("jqwiV5KbqAz9lgQQrG/MOBFFXI7bBQ8Kqmumca60O4A="),
        secondary: Some("ck3t5Gh02MkPgZ/K+orOwVlb4Msr41uKOjmbw684K4Y="),
        version: Some(box_com::VERSION),
        algorithm: Some(box_com::ALGORITHM),
        timestamp: Some("2026-11-23T02:39:30-08:00"),
    };
    let none = box_com::Headers { primary: None, secondary: None, ..good };
    for (headers, keys, verdict) in [
        (good, "primary,secondary", Ok(())),
        (good, "primary", Ok(())),
        (good, "secondary", Ok(())),
        (box_com::Headers { primary: None, ..good }, "primary,secondary", Ok(())),
        (box_com::Headers { secondary: Some("***"), ..good }, "primary,secondary", Ok(())),
        (box_com::Headers { primary: None, ..good }, "primary", Err(Rejection::Mismatch)),
        (good, "tertiary", Err(Rejection::Mismatch)),
        (none, "primary", Err(Rejection::MissingSignature)),
        (box_com::Headers { primary: Some("***"), ..none }, "primary", Err(Rejection::MalformedSignature)),
    ] {
        assert_eq!(box_com::verify(headers, BODY, &secrets(keys), box_com::TOLERANCE, NOW), verdict, "{headers:?}");
    }
    let half_a_minute = Millis::seconds(30);
    assert_eq!(box_com::verify(good, BODY, &secrets("primary"), half_a_minute, NOW), Ok(()));
    let late = NOW + Millis(1);
    assert_eq!(box_com::verify(good, BODY, &secrets("primary"), half_a_minute, late), Err(Rejection::Stale));
}

#[test]
fn hubspot_signs_the_uri_as_called_or_as_its_documentation_decodes_it() {
    let at = NOW + Millis(123);
    let verify = |signature: &str, method: &str, uri: &str, body: &[u8]| {
        let request = hubspot::Request { method, uri, body };
        hubspot::verify(Some(signature), Some("1795430400123"), request, &secrets(SECRET), hubspot::TOLERANCE, NOW)
    };
    // `Signature.getSignature` of @hubspot/api-client 13.5.0, which decodes nothing.
    for (uri, signature) in [
        ("https://nerve.example/hooks/hubspot", "kQujoPo/b7UIt9LupXoQmLUw4I58g8bLOOwz6s0l9sU="),
        ("https://nerve.example/hooks/hubspot?a=x%3Ay%2Fz%20%2B", "P7/HGr+n9pC8Si+POSl1emPW2le805ogaEnOgUfp1eE="),
    ] {
        assert_eq!(hubspot::sign(&secret(SECRET), hubspot::Request { method: "POST", uri, body: BODY }, at), signature);
        assert_eq!(verify(signature, "POST", uri, BODY), Ok(()));
        assert_eq!(verify(signature, "PUT", uri, BODY), Err(Rejection::Mismatch));
        assert_eq!(verify(signature, "POST", &format!("{uri}/"), BODY), Err(Rejection::Mismatch));
        assert_eq!(verify(signature, "POST", uri, b""), Err(Rejection::Mismatch));
    }
    for (called, signed) in [
        ("https://h/?a=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B", "https://h/?a=:/?@!$'()*,;"),
        ("https://h/?a=%3a%2f%zz%2", "https://h/?a=:/%zz%2"),
        ("https://h/?a=%3A%20%2B%25%26%3D%23%C3%BC", "https://h/?a=:%20%2B%25%26%3D%23%C3%BC"),
        ("https://h/?%+f%253A%é", "https://h/?%+f%253A%é"),
    ] {
        let signature = hubspot::sign(&secret(SECRET), hubspot::Request { method: "POST", uri: signed, body: b"" }, at);
        assert_eq!(verify(&signature, "POST", called, b""), Ok(()), "{called}");
    }
}

#[test]
fn twilio_as_its_libraries_sign() {
    let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    let form = "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309";
    let json = "{\"property\": \"value\", \"boolean\": true}";
    let json_url = format!("{url}&{}", twilio::body_digest(json.as_bytes()));
    // The first two and the JSON are from the tests of twilio-python; `getExpectedTwilioSignature` of the npm package
    // 6.2.0 made the others.
    for (url, body, signature) in [
        (url, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com:443/myapp.php?foo=1&bar=2", form, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (&json_url, json, "a9nBmqA0ju/hNViExpshrM61xv4="),
        (
            "https://nerve.example/hooks/twilio",
            "CallSid=CA1&To=%2B1+415&Body=Gr%C3%BC%C3%9Fe+%F0%9F%91%8B+%26+%3D+%2B&Empty=",
            "GQ5X7ZUo00IUj7i/SSEzFwyHK5A=",
        ),
        ("https://nerve.example:8443/hooks/twilio", "a=2&a=1&a=2", "mjPugq5nFVHt35ytrviWXORbT98="),
        ("http://user:pw@[::1]:80/x", "", "O9BLD0Txb86Rvr8qW9CE8tL0n8Y="),
    ] {
        assert_eq!(twilio::sign(&secret("12345"), url, body.as_bytes()), signature, "{url}");
        assert_eq!(twilio::verify(Some(signature), url, body.as_bytes(), &secrets("0,12345")), Ok(()), "{url}");
        let other = format!("{body}&x=y");
        let verdict = twilio::verify(Some(signature), url, other.as_bytes(), &secrets("12345"));
        assert_eq!(verdict, Err(Rejection::Mismatch), "{url}");
    }
}

#[test]
fn twilio_may_sign_the_url_with_or_without_a_port() {
    for (signed, called, verdict) in [
        ("https://h/x", "https://h:443/x", Ok(())),
        ("https://h/x", "https://h:8443/x", Ok(())),
        ("https://h:443/x", "https://h/x", Ok(())),
        ("http://h:80/x", "http://h/x", Ok(())),
        ("http://h:80", "http://h", Ok(())),
        ("https://h:443?a=:1", "https://h?a=:1", Ok(())),
        ("https://[::1]:443/x:1", "https://[::1]/x:1", Ok(())),
        ("https://u:1@h/x", "https://u:1@h:443/x", Ok(())),
        ("https://h:8443/x", "https://h/x", Err(Rejection::Mismatch)),
        ("https://h:80/x", "https://h/x", Err(Rejection::Mismatch)),
        ("http://h/x", "https://h/x", Err(Rejection::Mismatch)),
        ("https://h/x", "https://h/X", Err(Rejection::Mismatch)),
        ("", "://", Err(Rejection::Mismatch)),
    ] {
        let signature = twilio::sign(&secret("12345"), signed, b"a=b");
        assert_eq!(twilio::verify(Some(&signature), called, b"a=b", &secrets("12345")), verdict, "{signed} {called}");
    }
}

#[test]
fn twilio_signs_no_digest_but_that_of_the_body_and_no_endless_form() {
    let (key, url) = (secret("12345"), "https://h/x?bodySHA256=00");
    assert_eq!(twilio::sign(&key, url, b"{}"), "");
    let signed_for_other = twilio::sign(&key, &format!("https://h/x?{}", twilio::body_digest(b"{}")), b"{}");
    for url in [url, "https://h/x?bodySHA256=", &format!("https://h/x?{}", twilio::body_digest(b"[]"))] {
        assert_eq!(twilio::verify(Some(&signed_for_other), url, b"{}", &secrets("12345")), Err(Rejection::Mismatch));
    }
    let form = |fields: usize| vec!["a=b"; fields].join("&").into_bytes();
    let signature = twilio::sign(&key, "https://h/x", &form(1_000));
    assert_eq!(twilio::verify(Some(&signature), "https://h/x", &form(1_000), &secrets("12345")), Ok(()));
    let verdict = twilio::verify(Some(&signature), "https://h/x", &form(1_001), &secrets("12345"));
    assert_eq!(verdict, Err(Rejection::Mismatch));
}

#[test]
fn ecdsa_as_sendgrid_signs() {
    let single = (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
        "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
        "1600112502",
        concat!(
            r#"[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","#,
            r#""sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","#,
            r#""sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","#,
            r#""smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]"#,
            "\r\n"
        )
        .as_bytes(),
    );
    let node = (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiNpCWUVhksaMJmxu87ct96yik5MtTGAjv32o5q54u+gQFvSBguLgdj7Sq0KhkxikfYOPj2o/Qp9+AMJhIaluVg==",
        "MEUCIDLD8l0B4UvJOuE5fCebj2Y6KHKiITvjxOkJQ79SsbA5AiEAocGrWWYF+zdk++6aFPZPMNBWUPjHfvNxyWnV7c/xbrM=",
        "1795430400",
        BODY,
    );
    // A delivery from the tests of @sendgrid/eventwebhook 8.0.0, and one that it verifies, signed by Node's OpenSSL.
    for (key, signature, time, body) in [single, node] {
        let now = Timestamp::from_seconds(time.parse().unwrap());
        let verify = |time, body| ecdsa_p256::verify(Some(signature), Some(time), body, &secrets(key), TOLERANCE, now);
        assert_eq!(verify(time, body), Ok(()));
        assert_eq!(verify(time, body.trim_ascii_end()), Err(Rejection::Mismatch));
        assert_eq!(verify("1600112503", body), Err(Rejection::Mismatch));
        let swapped = if key == node.0 { single.0 } else { node.0 };
        let verify = |keys: &str| ecdsa_p256::verify(Some(signature), Some(time), body, &secrets(keys), TOLERANCE, now);
        assert_eq!(verify(swapped), Err(Rejection::Mismatch));
        assert_eq!(verify(&format!("{swapped},{key}")), Ok(()));
    }
}

#[test]
fn credentials_as_rfc_7617_and_6750_write_them() {
    let basic = |header, list| credentials::verify_basic(Some(header), &secrets(list));
    // The example of RFC 7617.
    assert_eq!(credentials::basic(&secret("Aladdin:open sesame")), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    for (header, list, verdict) in [
        ("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin:open sesame", Ok(())),
        ("basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "a:b,Aladdin:open sesame", Ok(())),
        ("BASIC QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "aladdin:open sesame", Err(Rejection::WrongCredentials)),
        ("Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin:open sesame", Err(Rejection::WrongCredentials)),
        ("Basic", "Aladdin:open sesame", Err(Rejection::WrongCredentials)),
        ("Basic ***", "Aladdin:open sesame", Err(Rejection::WrongCredentials)),
    ] {
        assert_eq!(basic(header, list), verdict, "{header} {list}");
    }
    let bearer = |header, list| credentials::verify_bearer(Some(header), &secrets(list));
    assert_eq!(bearer("bearer mF_9.B5f-4.1JqM", "other,mF_9.B5f-4.1JqM"), Ok(()));
    assert_eq!(bearer("Bearer mF_9.B5f-4.1JqM", "mF_9.B5f-4.1Jq"), Err(Rejection::WrongCredentials));
    assert_eq!(bearer("Bearer ", "mF_9.B5f-4.1JqM"), Err(Rejection::WrongCredentials));
    assert_eq!(credentials::verify_token(Some("Bearer a"), &secrets("a")), Err(Rejection::WrongCredentials));
}

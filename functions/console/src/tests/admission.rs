//! Admission: tokens, sessions and origins.

use crate::{
    http::Response,
    testing::{TOKEN, World, request},
};

fn location(response: &Response) -> &str {
    response.header("location").unwrap_or_default()
}

#[test]
fn nothing_opens_without_the_right_token() {
    let world = World::new();
    let cases: [(&str, u16); 8] = [
        ("Bearer hush", 200),
        ("bearer hush", 200),
        ("Bearer hus", 401),
        ("Bearer hush hush", 401),
        ("Bearer ", 401),
        ("Bearer", 401),
        ("Basic hush", 401),
        ("hush", 401),
    ];
    for (authorization, status) in cases {
        let response = world.ask(request("GET", "/api/proposals").with("Authorization", authorization));
        assert_eq!(response.status, status, "{authorization:?}");
        assert_eq!(response.header("www-authenticate"), (status == 401).then_some("Bearer"));
    }
    assert_eq!(world.ask(request("GET", "/api/proposals")).status, 401);
    // A good cookie does not save a wrong token.
    let both = request("GET", "/api/proposals").signed_in().with("authorization", "Bearer wrong");
    assert_eq!(world.ask(both).status, 401);
}

#[test]
fn every_page_but_the_door_asks_to_sign_in() {
    let world = World::new();
    for page in ["/", "/records", "/ledger", "/settings", "/proposals/prp_00000000000000000000000000"] {
        let response = world.ask(request("GET", page));
        assert_eq!(response.status, 303, "{page}");
        assert!(location(&response).starts_with("/sign-in"), "{page}");
    }
    assert_eq!(location(&world.ask(request("GET", "/ledger?verify=true"))), "/sign-in?next=%2Fledger%3Fverify%3Dtrue");
    assert_eq!(world.ask(request("GET", "/sign-in")).status, 200);
    assert_eq!(world.ask(request("GET", "/assets/console.css")).status, 200);
}

#[test]
fn without_a_configured_token_only_health_answers() {
    let world = World { token: None, ..World::new() };
    for target in ["/", "/sign-in", "/records", "/ledger", "/settings", "/api/proposals", "/api/openapi.json"] {
        let response = world.ask(request("GET", target).signed_in());
        assert_eq!(response.status, 503, "{target}");
    }
    let guess = request("GET", "/api/proposals").with("authorization", "Bearer ");
    assert_eq!(world.ask(guess).status, 503);
    let entered = request("POST", "/sign-in").with("origin", "https://nerve.example").body("token=&name=Eve");
    assert_eq!(world.ask(entered).status, 503);
    let health = world.ask(request("GET", "/api/health"));
    assert_eq!((health.status, health.body.as_slice()), (200, br#"{"status":"ok","configured":false}"#.as_slice()));
}

#[test]
fn a_change_by_cookie_has_to_come_from_our_own_pages() {
    let cases: [(&[(&str, &str)], bool); 10] = [
        (&[("origin", "https://nerve.example")], true),
        (&[("origin", "HTTPS://NERVE.EXAMPLE")], true),
        (&[("sec-fetch-site", "same-origin")], true),
        (&[], false),
        (&[("origin", "null")], false),
        (&[("origin", "http://nerve.example")], false),
        (&[("origin", "https://nerve.example.evil.example")], false),
        (&[("origin", "https://nerve.example:444")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")], false),
    ];
    for (headers, allowed) in cases {
        let world = World::new();
        let id = world.proposal(1).id;
        for target in
            [format!("/api/proposals/{id}/snooze"), format!("/proposals/{id}/unsnooze"), "/sign-out".to_owned()]
        {
            let mut asked = request("POST", &target).signed_in().body(r#"{"until":null}"#);
            for (name, value) in headers {
                asked = asked.with(name, value);
            }
            let status = world.ask(asked).status;
            assert_eq!(status != 403, allowed, "{headers:?} {target} {status}");
        }
    }
}

#[test]
fn a_program_with_the_token_needs_no_origin() {
    let world = World::new();
    let target = format!("/api/proposals/{}/snooze", world.proposal(1).id);
    assert_eq!(world.api("POST", &target, r#"{"until":null}"#).0, 200);
}

#[test]
fn signing_in_opens_a_session_and_signing_out_ends_it() {
    let world = World::new();
    let enter = |form: &str, origin: &str| world.ask(request("POST", "/sign-in").with("origin", origin).body(form));
    let entered = enter(&format!("token={TOKEN}&name=Grace+Hopper&next=%2Fledger"), "https://nerve.example");
    assert_eq!((entered.status, location(&entered)), (303, "/ledger"));
    let cookie = entered.header("set-cookie").unwrap();
    assert!(cookie.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let page = world.ask(request("GET", "/").with("cookie", &cookie));
    assert_eq!(page.status, 200);
    assert!(String::from_utf8(page.body).unwrap().contains("Grace Hopper"));

    assert_eq!(enter("token=wrong&name=Grace", "https://nerve.example").status, 422);
    assert_eq!(enter("token=hush&name=+%0A", "https://nerve.example").status, 422);
    assert_eq!(enter("token=hush&name=Grace", "https://evil.example").status, 403);
    assert_eq!(location(&enter("token=hush&name=Grace&next=//evil.example", "https://nerve.example")), "/");

    let left = world.submit("/sign-out", "");
    assert_eq!((left.status, location(&left)), (303, "/sign-in"));
    assert!(left.header("set-cookie").unwrap().starts_with("nerve_session=; Path=/; Max-Age=0"));
}

#[test]
fn every_answer_is_locked_down() {
    let world = World::new();
    for target in ["/", "/sign-in", "/nothing", "/api/health", "/api/nothing", "/assets/console.js", "/api/proposals"] {
        let response = world.ask(request("GET", target).signed_in());
        let policy = response.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{target}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "{target}");
        if !target.starts_with("/assets/") {
            assert_eq!(response.header("cache-control"), Some("no-store"), "{target}");
        }
    }
}

#[test]
fn methods_are_what_they_should_be() {
    let world = World::new();
    let head = world.ask(request("HEAD", "/api/proposals").with("authorization", "Bearer hush"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    for (method, target, allow) in [
        ("POST", "/api/proposals", "GET"),
        ("DELETE", "/", "GET"),
        ("GET", "/sign-out", "POST"),
        ("PUT", "/api/autonomy", "GET, POST"),
    ] {
        let response = world.ask(request(method, target).signed_in());
        assert_eq!((response.status, response.header("allow")), (405, Some(allow)), "{method} {target}");
    }
}

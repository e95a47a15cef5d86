//! Complete deliveries: those Fathom sends, and those that Nerve rejects.

mod signing;

use nerve_model::Fact;
use nerve_testkit::sources::with_headers;
use serde_json::{Value, json};
use signing::FATHOM;

nerve_testkit::source_tests!(FATHOM);

#[test]
fn whoever_records_is_ours_without_our_domains_and_without_a_word_about_it() {
    for said in [json!(null), json!(true), json!("no")] {
        let mut body = FATHOM.changed("meeting", "/calendar_invitees/0/is_external", said);
        body["calendar_invitees"][0]["email"] = json!("Jonas@Ours.example");
        let event = FATHOM.event(&body);
        let outside: Vec<_> = event.outside_claims().map(|claim| claim.value.as_str()).collect();
        assert_eq!(outside, ["ada@nordlicht.example", "hana@nordlicht.example"]);
        assert_eq!(event.party_name.as_deref(), Some("Ada Lovelace"));
        let Fact::MeetingTranscribed(meeting) = event.fact else { panic!() };
        assert_eq!(meeting.participants.iter().map(|person| person.ours).collect::<Vec<_>>(), [true, false, false]);
    }
}

#[test]
fn a_meeting_told_again_is_one_fact_and_a_repeated_attempt_a_copy() {
    let again = with_headers(&FATHOM.fixture("meeting").delivery, [("webhook-id", "msg_2")]);
    let (first, again) = (FATHOM.event("meeting"), FATHOM.event(&again));
    assert_eq!(first.semantic_key, again.semantic_key);
    assert_eq!((first.dedup_key.as_str(), again.dedup_key.as_str()), ("msg_fixture", "msg_2"));
}

#[test]
fn a_transcript_is_clipped_and_keeps_its_speakers() {
    let mut body = FATHOM.body("meeting");
    let line = json!({"speaker": {"display_name": "Ada"}, "text": "We need two hoods.\nSoon."});
    body["transcript"] = Value::Array(vec![line; 10_000]);
    let event = FATHOM.event(&body);
    let Fact::MeetingTranscribed(meeting) = event.fact else { panic!() };
    let transcript = meeting.transcript.unwrap();
    assert!(transcript.starts_with("Ada: We need two hoods. Soon.\nAda: "), "{transcript:.60}");
    assert_eq!(transcript.chars().count(), 4_000);
}

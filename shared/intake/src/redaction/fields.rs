//! The free text of an event. Each detail is destructured completely, so that a new field forces a choice.

use nerve_model::{
    Answer, Attachment, AutomationFailed, Booking, BookingCanceled, BookingCreated, CallEnded, Event, Fact,
    FileUploaded, Folder, FormSubmitted, InvoicePaid, MeetingTranscribed, Message, Participant, PaymentClosed,
    PaymentFailed, RecordMerged, RecordStageChanged, SupportEscalated, SupportSolved,
};

/// All texts of an event that people write freely.
pub(super) fn texts(event: &mut Event) -> Vec<&mut String> {
    let Event {
        summary,
        party_name,
        fact,
        id: _,
        source: _,
        dedup_key: _,
        semantic_key: _,
        subject: _,
        claims: _,
        trust: _,
        test: _,
        link: _,
        occurred_at: _,
        said_at: _,
        received_at: _,
    } = event;
    let mut texts = vec![summary];
    texts.extend(party_name);
    of_fact(fact, &mut texts);
    texts
}

fn of_fact<'a>(fact: &'a mut Fact, texts: &mut Vec<&'a mut String>) {
    match fact {
        Fact::FormSubmitted(FormSubmitted { title, answers, form: _, submission: _ }) => {
            texts.extend(title);
            of_answers(answers, texts);
        }
        Fact::MeetingTranscribed(meeting) => of_meeting(meeting, texts),
        // The numbers of both ends of a call are identifiers.
        Fact::CallEnded(CallEnded { call: _, direction: _, result: _, from: _, to: _, seconds: _ })
        // Payments hold ids and amounts only.
        | Fact::InvoicePaid(InvoicePaid { invoice: _, amount: _, paid_at: _, subscription: _ })
        | Fact::PaymentClosed(PaymentClosed { invoice: _, payment: _, subscription: _, amount: _, how: _ }) => {}
        Fact::EmailReceived(message) | Fact::VendorReplied(message) => of_message(message, texts),
        Fact::FileUploaded(FileUploaded { name, path, file: _, bytes: _, version: _, uploaded_by: _ }) => {
            texts.push(name);
            texts.extend(path.iter_mut().filter_map(|Folder { name, id: _ }| name.as_mut()));
        }
        Fact::PaymentFailed(PaymentFailed {
            reason, invoice: _, payment: _, amount: _, attempt: _, next_attempt_at: _, final_attempt: _,
            subscription: _,
        }) => texts.extend(reason),
        Fact::BookingCreated(BookingCreated { booking, answers, moved_from: _ }) => {
            of_booking(booking, texts);
            of_answers(answers, texts);
        }
        Fact::BookingCanceled(BookingCanceled { booking, reason, canceled_by: _ }) => {
            of_booking(booking, texts);
            texts.extend(reason);
        }
        Fact::SupportEscalated(SupportEscalated {
            subject, because, ticket: _, priority: _, status: _, group: _, assignee: _,
        }) => {
            texts.extend(subject);
            texts.push(because);
        }
        Fact::SupportSolved(SupportSolved { subject, ticket: _, status: _ }) => texts.extend(subject),
        Fact::AutomationFailed(AutomationFailed { workflow, reason, place: _, run: _, attempt: _, state: _ }) => {
            texts.push(workflow);
            texts.extend(reason);
        }
        Fact::RecordStageChanged(RecordStageChanged { name, object: _, id: _, property: _, from: _, to: _, changed_by: _ }) => {
            texts.extend(name);
        }
        Fact::RecordMerged(RecordMerged { name, object: _, id: _, primary: _, merged: _, merged_by: _ }) => {
            texts.extend(name);
        }
    }
}

fn of_answers<'a>(answers: &'a mut [Answer], texts: &mut Vec<&'a mut String>) {
    for Answer { question, answer } in answers {
        texts.extend([question, answer]);
    }
}

fn of_booking<'a>(booking: &'a mut Booking, texts: &mut Vec<&'a mut String>) {
    let Booking { title, location, id: _, starts_at: _, ends_at: _, time_zone: _, host: _ } = booking;
    texts.extend(title);
    texts.extend(location);
}

fn of_meeting<'a>(meeting: &'a mut MeetingTranscribed, texts: &mut Vec<&'a mut String>) {
    let MeetingTranscribed {
        title,
        participants,
        summary,
        transcript,
        action_items,
        meeting: _,
        started_at: _,
        ended_at: _,
    } = meeting;
    texts.extend([title, summary, transcript].into_iter().flatten());
    texts.extend(participants.iter_mut().filter_map(|Participant { name, email: _, ours: _ }| name.as_mut()));
    texts.extend(action_items);
}

fn of_message<'a>(message: &'a mut Message, texts: &mut Vec<&'a mut String>) {
    let Message { from, subject, text, attachments, medium: _, to: _, authentication: _, message: _, in_reply_to: _ } =
        message;
    texts.extend(&mut from.name);
    texts.extend(subject);
    texts.push(text);
    texts.extend(attachments.iter_mut().filter_map(|Attachment { name, media_type: _, bytes: _ }| name.as_mut()));
}

import { createHash } from "node:crypto";

// One realistic delivery of each source: number `n`, of this person. Answers with the document or
// body, and with the dedup key that the source makes of it. What the team is told about bears a number `NRV-...`.
const at = () => new Date().toISOString();

export const DELIVERIES = {
  calendly: (n, { name, email }) => ({
    key: `invitee.created invitee-${n}`,
    document: {
      event: "invitee.created",
      created_at: at(),
      payload: {
        uri: `https://api.calendly.com/scheduled_events/event-${n}/invitees/invitee-${n}`,
        email,
        name,
        status: "active",
        rescheduled: false,
        old_invitee: null,
        scheduled_event: { uri: `https://api.calendly.com/scheduled_events/event-${n}`, name: "Visit", start_time: at(), end_time: at() },
      },
    },
  }),
  calcom: (n, { name, email }) => {
    const createdAt = at();
    return {
      key: `BOOKING_CREATED booking-${n} ${createdAt}`,
      document: {
        triggerEvent: "BOOKING_CREATED",
        createdAt,
        payload: { uid: `booking-${n}`, title: "Visit", startTime: at(), endTime: at(), attendees: [{ name, email, timeZone: "Europe/Berlin" }] },
      },
    };
  },
  typeform: (n, { email }) => ({
    key: `typeform-${n}`,
    document: {
      event_id: `typeform-${n}`,
      event_type: "form_response",
      form_response: { form_id: "form", token: `response-${n}`, submitted_at: at(), answers: [{ type: "email", email, field: { id: "f", ref: "email", type: "email" } }] },
    },
  }),
  cloudevents: (n, { email }) => ({
    key: `/torture event-${n}`,
    document: { specversion: "1.0", id: `event-${n}`, source: "/torture", type: "form.submitted", time: at(), data: { customer: { email }, detail: { form: "contact" } } },
  }),
  box: (n, { name, email }) => ({
    key: `upload-${n}`,
    document: { type: "webhook_event", id: `upload-${n}`, trigger: "FILE.UPLOADED", created_at: at(), created_by: { name, login: email }, source: { id: `${n}`, name: "plan.pdf", size: 7 } },
  }),
  postmark: (n, { name, email }) => ({
    key: `mail-${n}`,
    document: { MessageID: `mail-${n}`, FromFull: { Email: email, Name: name }, Subject: "A question", TextBody: "When will you come?", Headers: [] },
  }),
  zendesk: (n, { email }) => {
    const updated_at = at();
    return { key: `${n} ${updated_at}`, document: { kind: "escalated", ticket_id: `${n}`, subject: `No hot water, NRV-ticket_${n}`, requester_email: email, updated_at } };
  },
  sendgrid: (n, { name, email }) => {
    const headers = `From: ${name} <${email}>\nMessage-ID: <mail-${n}@torture.example>\n`;
    return { key: createHash("sha256").update(headers).digest("hex"), document: { headers, from: `${name} <${email}>`, subject: "A question", text: "When will you come?", SPF: "pass" } };
  },
};

// Calendly as a sender: its signing, for the tests on the real runtime.
import { now, timestamped } from "../../../tests/support/signing.mjs";

export const sender = { secret: "calendly-signing-key", sign: timestamped("calendly-webhook-signature") };

export const delivery = (n, { name, email }) => ({
  key: `invitee.created invitee-${n}`,
  document: {
    event: "invitee.created",
    created_at: now(),
    payload: {
      uri: `https://api.calendly.com/scheduled_events/event-${n}/invitees/invitee-${n}`,
      email,
      name,
      status: "active",
      rescheduled: false,
      old_invitee: null,
      scheduled_event: { uri: `https://api.calendly.com/scheduled_events/event-${n}`, name: "Visit", start_time: now(), end_time: now() },
    },
  },
});

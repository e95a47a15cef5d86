// Cal.com as a sender: its signing, for the tests on the real runtime.
import { hmac, now } from "../../../tests/support/signing.mjs";

export const sender = { secret: "calcom-secret", sign: (body, { secret }) => ({ "x-cal-signature-256": hmac(secret, body, "hex") }) };

export const delivery = (n, { name, email }) => {
  const createdAt = now();
  return {
    key: `BOOKING_CREATED booking-${n} ${createdAt}`,
    document: {
      triggerEvent: "BOOKING_CREATED",
      createdAt,
      payload: { uid: `booking-${n}`, title: "Visit", startTime: now(), endTime: now(), attendees: [{ name, email, timeZone: "Europe/Berlin" }] },
    },
  };
};

// Typeform as a sender: its signing, for the tests on the real runtime.
import { hmac, now } from "../../../tests/support/signing.mjs";

export const sender = { secret: "typeform-secret", sign: (body, { secret }) => ({ "typeform-signature": `sha256=${hmac(secret, body, "base64")}` }) };

export const delivery = (n, { email }) => ({
  key: `typeform-${n}`,
  document: {
    event_id: `typeform-${n}`,
    event_type: "form_response",
    form_response: { form_id: "form", token: `response-${n}`, submitted_at: now(), answers: [{ type: "email", email, field: { id: "f", ref: "email", type: "email" } }] },
  },
});

// Zendesk as a sender: its signing, for the tests on the real runtime.
import { hmac, now } from "../../../tests/support/signing.mjs";

export const sender = {
  secret: "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
  sign: (body, { secret }) => {
    const at = new Date().toISOString();
    return { "x-zendesk-webhook-signature-timestamp": at, "x-zendesk-webhook-signature": hmac(secret, at + body, "base64") };
  },
};

export const delivery = (n, { email }) => {
  const updated_at = now();
  return { key: `${n} ${updated_at}`, document: { kind: "escalated", ticket_id: `${n}`, subject: `No hot water, NRV-ticket_${n}`, requester_email: email, updated_at } };
};

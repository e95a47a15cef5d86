// Box as a sender: its signing, for the tests on the real runtime.
import { WebhooksManager } from "box-node-sdk/managers/webhooks";
import { hmac, now } from "../../../tests/support/signing.mjs";

export const sender = {
  secret: "SamplePrimaryKey",
  sign: (body, { secret }) => {
    const at = new Date().toISOString();
    return { "box-delivery-timestamp": at, "box-signature-version": "1", "box-signature-algorithm": "HmacSHA256", "box-signature-primary": hmac(secret, body + at, "base64") };
  },
  accepts: (body, headers, { secret }) => WebhooksManager.validateMessage(body, headers, secret),
};

export const delivery = (n, { name, email }) => ({
  key: `upload-${n}`,
  document: { type: "webhook_event", id: `upload-${n}`, trigger: "FILE.UPLOADED", created_at: now(), created_by: { name, login: email }, source: { id: `${n}`, name: "plan.pdf", size: 7 } },
});

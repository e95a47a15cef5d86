// SendGrid as a sender: its signing, for the tests on the real runtime.
import { EventWebhook } from "@sendgrid/eventwebhook";
import { createHash, generateKeyPairSync, sign as signWith } from "node:crypto";
import { seconds, yes } from "../../../tests/support/signing.mjs";

const keys = generateKeyPairSync("ec", { namedCurve: "prime256v1" });

export const sender = {
  secret: keys.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  contentType: "multipart/form-data; boundary=xYzZY",
  // A form as the vendor sends it: one part for each field.
  body: (document) => `${Object.entries(document).map(([name, value]) => `--xYzZY\r\nContent-Disposition: form-data; name="${name.replaceAll('"', "%22")}"\r\n\r\n${typeof value === "string" ? value : JSON.stringify(value)}\r\n`).join("")}--xYzZY--\r\n`,
  sign: (body) => {
    const at = `${seconds()}`;
    return { "x-twilio-email-event-webhook-timestamp": at, "x-twilio-email-event-webhook-signature": signWith("sha256", at + body, keys.privateKey).toString("base64") };
  },
  accepts: (body, headers, { secret }) => {
    const vendor = new EventWebhook();
    return yes(() => vendor.verifySignature(vendor.convertPublicKeyToECDSA(secret), body, headers["x-twilio-email-event-webhook-signature"], headers["x-twilio-email-event-webhook-timestamp"]));
  },
};

export const delivery = (n, { name, email }) => {
  const headers = `From: ${name} <${email}>\nMessage-ID: <mail-${n}@torture.example>\n`;
  return { key: createHash("sha256").update(headers).digest("hex"), document: { headers, from: `${name} <${email}>`, subject: "A question", text: "When will you come?", SPF: "pass" } };
};

// How each vendor signs what it sends, by its own SDK where there is one that signs, and what that SDK accepts.
// `sign` returns the headers for a body, `accepts` what the vendor's verifier says; without one it is left out.
import { WebhooksManager } from "box-node-sdk/managers/webhooks";
import hubspot from "@hubspot/api-client/lib/src/utils/signature.js";
import slack from "@slack/bolt/dist/receivers/verify-request.js";
import { sign as signGithub, verify as verifyGithub } from "@octokit/webhooks-methods";
import { createHmac, generateKeyPairSync, sign as signWith } from "node:crypto";
import { EventWebhook } from "@sendgrid/eventwebhook";
import { Webhook as Standard } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as Svix } from "svix";
import twilio from "twilio";
import { STRIPE_SECRET } from "./stack.mjs";

const SIGNING_KEY = `whsec_${Buffer.from("a key of thirty-two bytes, or so").toString("base64")}`;

const stripeSdk = new Stripe("sk_test_not_used");
const hmac = (secret, text, encoding) => createHmac("sha256", secret).update(text).digest(encoding);
const seconds = () => Math.floor(Date.now() / 1000);
const yes = (check) => {
  try {
    return check() !== false;
  } catch {
    return false;
  }
};

const sendgridKeys = generateKeyPairSync("ec", { namedCurve: "prime256v1" });

const timestamped = (header) => (body, { secret }) => {
  const at = seconds();
  return { [header]: `t=${at},v1=${hmac(secret, `${at}.${body}`, "hex")}` };
};

const versioned = (prefix) => (body, { secret }) => {
  const at = seconds();
  return { [`${prefix}request-timestamp`]: `${at}`, [`${prefix}signature`]: `v0=${hmac(secret, `v0:${at}:${body}`, "hex")}` };
};

const webhooks = (Library) => ({
  secret: SIGNING_KEY,
  sign: (body) => {
    const [id, at] = [`msg_${Math.random().toString(36).slice(2)}`, new Date()];
    return { "webhook-id": id, "webhook-timestamp": `${Math.floor(at / 1000)}`, "webhook-signature": new Library(SIGNING_KEY).sign(id, at, body) };
  },
  accepts: (body, headers) => yes(() => void new Library(SIGNING_KEY).verify(body, headers)),
});

export const SENDERS = {
  stripe: {
    secret: STRIPE_SECRET,
    sign: (payload, { secret }) => ({ "stripe-signature": stripeSdk.webhooks.generateTestHeaderString({ payload, secret }) }),
    accepts: (body, headers, { secret }) => yes(() => void stripeSdk.webhooks.constructEvent(body, headers["stripe-signature"], secret)),
  },
  calendly: { secret: "calendly-signing-key", sign: timestamped("calendly-webhook-signature") },
  calcom: { secret: "calcom-secret", sign: (body, { secret }) => ({ "x-cal-signature-256": hmac(secret, body, "hex") }) },
  typeform: { secret: "typeform-secret", sign: (body, { secret }) => ({ "typeform-signature": `sha256=${hmac(secret, body, "base64")}` }) },
  zendesk: {
    secret: "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
    sign: (body, { secret }) => {
      const at = new Date().toISOString();
      return { "x-zendesk-webhook-signature-timestamp": at, "x-zendesk-webhook-signature": hmac(secret, at + body, "base64") };
    },
  },
  github: {
    secret: "It's a Secret to Everybody",
    sign: async (body, { secret }) => ({ "x-hub-signature-256": await signGithub(secret, body), "x-github-event": "workflow_run", "x-github-delivery": `${Math.random()}` }),
    accepts: async (body, headers, { secret }) => verifyGithub(secret, body, headers["x-hub-signature-256"]).catch(() => false),
  },
  twilio: {
    secret: "1c892n40nd03kdnc0112slzkl3091j20",
    contentType: "application/x-www-form-urlencoded",
    // A form as a vendor would send it: names and values of any script.
    body: (document) => new URLSearchParams(Object.entries(document).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)])).toString(),
    sign: (body, { secret, url }) => ({ "x-twilio-signature": twilio.getExpectedTwilioSignature(secret, url, Object.fromEntries(new URLSearchParams(body))) }),
    accepts: (body, headers, { secret, url }) => twilio.validateRequest(secret, headers["x-twilio-signature"], url, Object.fromEntries(new URLSearchParams(body))),
  },
  box: {
    secret: "SamplePrimaryKey",
    sign: (body, { secret }) => {
      const at = new Date().toISOString();
      return { "box-delivery-timestamp": at, "box-signature-version": "1", "box-signature-algorithm": "HmacSHA256", "box-signature-primary": hmac(secret, body + at, "base64") };
    },
    accepts: (body, headers, { secret }) => WebhooksManager.validateMessage(body, headers, secret),
  },
  fathom: webhooks(Standard),
  zoom: { secret: "zoom-secret-token", sign: versioned("x-zm-") },
  hubspot: {
    secret: "hubspot-client-secret",
    sign: (body, { secret, url }) => {
      const timestamp = Date.now();
      const signature = hubspot.Signature.getSignature("POST", "v3", { clientSecret: secret, requestBody: body, url, timestamp });
      return { "x-hubspot-request-timestamp": `${timestamp}`, "x-hubspot-signature-v3": signature };
    },
    accepts: (body, headers, { secret, url }) =>
      yes(() => hubspot.Signature.isValid({ signatureVersion: "v3", method: "POST", clientSecret: secret, requestBody: body, url, signature: headers["x-hubspot-signature-v3"], timestamp: Number(headers["x-hubspot-request-timestamp"]) })),
  },
  postmark: { secret: "nerve:a long password", sign: (_, { secret }) => ({ authorization: `Basic ${Buffer.from(secret).toString("base64")}` }), coversBody: false },
  sendgrid: {
    secret: sendgridKeys.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    contentType: "multipart/form-data; boundary=xYzZY",
    // A form as the vendor sends it: one part for each field.
    body: (document) => `${Object.entries(document).map(([name, value]) => `--xYzZY\r\nContent-Disposition: form-data; name="${name.replaceAll('"', "%22")}"\r\n\r\n${typeof value === "string" ? value : JSON.stringify(value)}\r\n`).join("")}--xYzZY--\r\n`,
    sign: (body) => {
      const at = `${seconds()}`;
      return { "x-twilio-email-event-webhook-timestamp": at, "x-twilio-email-event-webhook-signature": signWith("sha256", at + body, sendgridKeys.privateKey).toString("base64") };
    },
    accepts: (body, headers, { secret }) => {
      const vendor = new EventWebhook();
      return yes(() => vendor.verifySignature(vendor.convertPublicKeyToECDSA(secret), body, headers["x-twilio-email-event-webhook-signature"], headers["x-twilio-email-event-webhook-timestamp"]));
    },
  },
  slack: {
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    sign: versioned("x-slack-"),
    accepts: (body, headers, { secret }) => slack.isValidSlackRequest({ signingSecret: secret, body, headers }),
  },
  standard: webhooks(Svix),
  cloudevents: { secret: "cloudevents-bearer-token", contentType: "application/cloudevents+json", sign: (_, { secret }) => ({ authorization: `Bearer ${secret}` }), coversBody: false },
};

// The body in which the vendor sends a document.
export const bodyOf = (source, document) => SENDERS[source].body?.(document) ?? JSON.stringify(document);

// The headers of a genuine delivery of this body to this address.
export async function dress(source, body, url) {
  const sender = SENDERS[source];
  const signed = await sender.sign(body, { secret: sender.secret, url });
  return { "content-type": sender.contentType ?? "application/json", ...signed };
}

// Whether the vendor's own verifier takes it; `undefined` where the vendor has none.
export async function accepts(source, body, headers, url) {
  const sender = SENDERS[source];
  return sender.accepts?.(body, headers, { secret: sender.secret, url });
}

// For `Stack.start`: every source with its secret.
export const secretsOf = (sources) => Object.fromEntries(sources.map((source) => [`nerve-${source}`, { [`${source.toUpperCase()}_SECRETS`]: SENDERS[source].secret }]));

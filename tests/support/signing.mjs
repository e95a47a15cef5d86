// The ways of signing that several vendors share.
import { createHmac } from "node:crypto";

const SIGNING_KEY = `whsec_${Buffer.from("a key of thirty-two bytes, or so").toString("base64")}`;

export const hmac = (secret, text, encoding) => createHmac("sha256", secret).update(text).digest(encoding);
export const now = () => new Date().toISOString();
export const seconds = () => Math.floor(Date.now() / 1000);
export const yes = (check) => {
  try {
    return check() !== false;
  } catch {
    return false;
  }
};

export const timestamped = (header) => (body, { secret }) => {
  const at = seconds();
  return { [header]: `t=${at},v1=${hmac(secret, `${at}.${body}`, "hex")}` };
};

export const versioned = (prefix) => (body, { secret }) => {
  const at = seconds();
  return { [`${prefix}request-timestamp`]: `${at}`, [`${prefix}signature`]: `v0=${hmac(secret, `v0:${at}:${body}`, "hex")}` };
};

export const webhooks = (Library) => ({
  secret: SIGNING_KEY,
  sign: (body) => {
    const [id, at] = [`msg_${Math.random().toString(36).slice(2)}`, new Date()];
    return { "webhook-id": id, "webhook-timestamp": `${Math.floor(at / 1000)}`, "webhook-signature": new Library(SIGNING_KEY).sign(id, at, body) };
  },
  accepts: (body, headers) => yes(() => void new Library(SIGNING_KEY).verify(body, headers)),
});

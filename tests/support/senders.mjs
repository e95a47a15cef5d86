// The vendors, as `functions/sources/*/sender.mjs` plays each: `sender` signs as the vendor does, by its own SDK where
// there is one that signs, and verifies by that SDK; `delivery` is one realistic delivery.
// `sign` returns the headers for a body, `accepts` the vendor's own verdict; it is absent where the vendor has no verifier.
import { existsSync, readdirSync } from "node:fs";

const FOLDER = new URL("../../functions/sources/", import.meta.url);
const files = readdirSync(FOLDER).sort().map((source) => [source, new URL(`${source}/sender.mjs`, FOLDER)]);
const vendors = await Promise.all(files.filter(([, file]) => existsSync(file)).map(async ([source, file]) => [source, await import(file)]));

export const SENDERS = Object.fromEntries(vendors.map(([source, { sender }]) => [source, sender]));

// Delivery number `n` of a person: the document or body, and the dedup key that the source makes of it. A delivery that
// leads to a notification has a number `NRV-...`.
export const DELIVERIES = Object.fromEntries(vendors.filter(([, { delivery }]) => delivery).map(([source, { delivery }]) => [source, delivery]));

// The body in which the vendor sends a document.
export const bodyOf = (source, document) => SENDERS[source].body?.(document) ?? JSON.stringify(document);

// The headers of a genuine delivery of this body to this address.
export async function dress(source, body, url) {
  const sender = SENDERS[source];
  const signed = await sender.sign(body, { secret: sender.secret, url });
  return { "content-type": sender.contentType ?? "application/json", ...signed };
}

// The verdict of the vendor's own verifier; `undefined` where the vendor has none.
export async function accepts(source, body, headers, url) {
  const sender = SENDERS[source];
  return sender.accepts?.(body, headers, { secret: sender.secret, url });
}

// For `Stack.start`: every source with its secret.
export const secretsOf = (sources) => Object.fromEntries(sources.map((source) => [`nerve-${source}`, { [`${source.toUpperCase()}_SECRETS`]: SENDERS[source].secret }]));

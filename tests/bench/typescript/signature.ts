const TOLERANCE_SECONDS = 300;
const encoder = new TextEncoder();

let key: Promise<CryptoKey> | undefined;

const importKey = (secret: string) =>
  crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);

function concat(prefix: Uint8Array, body: ArrayBuffer): Uint8Array {
  const signed = new Uint8Array(prefix.length + body.byteLength);
  signed.set(prefix);
  signed.set(new Uint8Array(body), prefix.length);
  return signed;
}

const fromHex = (text: string) => new Uint8Array((text.match(/../g) ?? []).map((byte) => parseInt(byte, 16)));

export async function isSigned(body: ArrayBuffer, header: string, secret: string): Promise<boolean> {
  const parts = header.split(",").map((part) => part.split("=", 2));
  const timestamp = parts.find(([name]) => name === "t")?.[1];
  if (!timestamp || Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const signed = concat(encoder.encode(`${timestamp}.`), body);
  key ??= importKey(secret);
  for (const [name, value] of parts) {
    if (name === "v1" && (await crypto.subtle.verify("HMAC", await key, fromHex(value), signed))) return true;
  }
  return false;
}

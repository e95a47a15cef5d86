// The front door on the real runtime, with stand-ins for the workers behind it.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";

const BUILD = fileURLToPath(new URL("../build/", import.meta.url));
const MEBIBYTE = 1024 * 1024;

// Answers with what it was sent, so that a test can compare.
const echo = (name) => ({
  name,
  modules: true,
  script: `export default { async fetch(request) {
    if (new URL(request.url).pathname === "/moved")
      return new Response(null, { status: 303, headers: { location: "https://example.com/" } });
    if (new URL(request.url).pathname === "/own")
      return new Response(null, { status: 204, headers: [
        ["x-frame-options", "SAMEORIGIN"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]] });
    const body = new Uint8Array(await request.arrayBuffer());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    return Response.json({ worker: "${name}", method: request.method, url: request.url,
      headers: [...request.headers], bytes: body.length, digest: digest.toHex() });
  } }`,
});

const broken = { name: "broken", modules: true, script: `export default { fetch() { throw new Error("secret detail"); } }` };

const gateway = (bindings) => ({
  name: "gateway",
  modules: [
    { type: "ESModule", path: "index.js" },
    { type: "CompiledWasm", path: "index_bg.wasm" },
  ],
  rootPath: BUILD,
  compatibilityDate: "2026-11-17",
  serviceBindings: bindings,
});

const start = async (bindings) => {
  const workers = [gateway(bindings), echo("stripe"), echo("console"), broken];
  const mf = new Miniflare(convertV4MiniflareOptions({ workers, cf: false, port: 0 }));
  return { mf, url: await mf.ready };
};

let door;
before(async () => {
  door = await start({ SOURCE_STRIPE: "stripe", CONSOLE: "console" });
});
after(() => door.mf.dispose());

// A plain HTTP client: `fetch` would hide a reset connection behind a retry.
const send = (method, path, { headers = {}, body, url = door.url } = {}) =>
  new Promise((resolve, reject) => {
    const call = httpRequest(new URL(path, url), { method, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode, headers: response.headers, text });
      });
    });
    call.on("error", reject);
    call.end(body);
  });

const rejected = (response, status, reason) => {
  assert.equal(response.status, status);
  assert.equal(response.headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(response.text), { status: "rejected", reason });
};

test("a webhook reaches its source byte for byte", async () => {
  const body = Buffer.from([0, 255, 13, 10, ...Buffer.from('{"a": "ü"}')]);
  const headers = { "stripe-signature": "t=1,v1=ab", "content-type": "application/json" };
  const response = await send("POST", "/hooks/stripe?x=%20y", { headers, body });
  const seen = JSON.parse(response.text);
  const digest = Buffer.from(await crypto.subtle.digest("SHA-256", body)).toString("hex");
  assert.equal(seen.worker, "stripe");
  assert.equal(seen.method, "POST");
  assert.match(seen.url, /\/hooks\/stripe\?x=%20y$/);
  assert.equal(seen.digest, digest);
  assert.equal(Object.fromEntries(seen.headers)["stripe-signature"], "t=1,v1=ab");
});

test("everything else reaches the console", async () => {
  for (const [method, path] of [["GET", "/"], ["DELETE", "/api/proposals/p"], ["GET", "/hooksx"]]) {
    const seen = JSON.parse((await send(method, path)).text);
    assert.deepEqual([seen.worker, seen.method], ["console", method]);
  }
});

test("an early answer arrives although the body was not read", async () => {
  const body = Buffer.alloc(2 * MEBIBYTE, "x");
  for (let i = 0; i < 5; i++) {
    rejected(await send("POST", "/hooks/nobody", { body }), 404, "unknown source");
    const refused = await send("PUT", "/hooks/stripe", { body });
    rejected(refused, 405, "a hook takes POST, or GET for a handshake");
    assert.equal(refused.headers.allow, "GET, POST");
  }
});

test("a body above the limit is refused before it is read", async () => {
  const body = Buffer.alloc(25 * MEBIBYTE + 1);
  rejected(await send("POST", "/hooks/stripe", { body }), 413, "the body exceeds 25 MiB");
  const within = await send("POST", "/hooks/stripe", { body: body.subarray(1) });
  assert.equal(JSON.parse(within.text).bytes, 25 * MEBIBYTE);
});

test("a body without a length is passed on", async () => {
  const headers = { "transfer-encoding": "chunked" };
  const response = await send("POST", "/hooks/stripe", { headers, body: "chunked" });
  assert.equal(JSON.parse(response.text).bytes, 7);
});

test("every answer to a browser carries the security headers, and none is overwritten", async () => {
  for (const [method, path] of [["GET", "/"], ["POST", "/hooks/nobody"], ["GET", "/moved"]]) {
    const { headers } = await send(method, path);
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["x-frame-options"], "DENY", path);
    assert.equal(headers["cross-origin-opener-policy"], "same-origin", path);
    assert.equal(headers["strict-transport-security"], undefined, path);
  }
  const own = await send("GET", "/own");
  assert.equal(own.status, 204);
  assert.equal(own.headers["x-frame-options"], "SAMEORIGIN");
  assert.deepEqual(own.headers["set-cookie"], ["a=1", "b=2"]);
});

test("over TLS the browser is told to stay there", async () => {
  const response = await door.mf.dispatchFetch("https://nerve.example/");
  assert.equal(response.headers.get("strict-transport-security"), "max-age=63072000");
  await response.text();
});

test("a redirect is passed on, not followed", async () => {
  const response = await send("GET", "/moved");
  assert.equal(response.status, 303);
  assert.equal(response.headers.location, "https://example.com/");
});

test("a worker that fails or is not bound is 503, without its words", async () => {
  for (const bindings of [{ SOURCE_STRIPE: "broken", CONSOLE: "broken" }, {}]) {
    const other = await start(bindings);
    for (const [method, path] of [["POST", "/hooks/stripe"], ["GET", "/"]]) {
      const response = await send(method, path, { url: other.url });
      rejected(response, 503, "temporarily unavailable, try again");
      assert.equal(response.headers["x-content-type-options"], "nosniff");
    }
    await other.mf.dispose();
  }
});

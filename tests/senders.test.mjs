// Every source accepts what the vendor's own SDK signs and refuses what it refuses, over generated bodies.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SENDERS, accepts, bodyOf, dress, secretsOf } from "./support/senders.mjs";
import { Stack } from "./support/stack.mjs";
import { SOURCES } from "./support/workers.mjs";
import { random as seeded } from "./torture/random.mjs";

const BODIES = 40;
const TEXTS = ["", "plain", "Zoë Brontë", "株式会社ひかり商店", "Олена", "a\r\nb\tc", "\u{1F600} \u{202E}txt", "\"quoted\" \\ back", "+49 30 901820", "x".repeat(5_000), "%20+&=;", "\u0000"];
const NAMES = ["id", "type", "event", "payload", "created_at", "äöü", "a b", "x&y", "$"];

// Documents of everything JSON has.
function generated(random, depth = 0) {
  const value = () => random.pick([() => random.pick(TEXTS), () => random.below(1e9), () => -random.next(), () => null, () => true, () => [random.pick(TEXTS)], () => (depth < 3 ? generated(random, depth + 1) : {})])();
  return Object.fromEntries(NAMES.filter(() => random.chance(0.6)).map((name) => [name, value()]));
}

// A mapping of the custom source names its own scheme; those are tested with the source.
const sources = SOURCES.filter((source) => source !== "custom");
let stack;

before(async () => {
  stack = await Stack.start({ sources, secrets: secretsOf(sources) });
});
after(() => stack.stop());

const post = (url, body, headers) => fetch(url, { method: "POST", headers, body });
const changed = (body, random) => {
  const at = random.below(body.length);
  return body.slice(0, at) + (body[at] === "x" ? "y" : "x") + body.slice(at + 1);
};

for (const source of sources) {
  const sender = SENDERS[source];
  const hasVerifier = sender.accepts ? "as its SDK does" : "by its documented formula";
  test(`${source} is told from a forger, ${hasVerifier}`, async () => {
    const url = new URL(`/hooks/${source}`, stack.url).href;
    const random = seeded(source.length);
    for (let n = 0; n < BODIES; n++) {
      const document = generated(random);
      const body = bodyOf(source, document);
      const headers = await dress(source, body, url);
      assert.notEqual(await accepts(source, body, headers, url), false, `the SDK refuses ${body.slice(0, 200)}`);
      const genuine = await post(url, body, headers);
      const text = await genuine.text();
      assert.ok(genuine.status !== 401 && genuine.status < 500, `${genuine.status} ${text} for ${body.slice(0, 200)}`);
      if (sender.coversBody !== false) {
        const forged = changed(body, random);
        assert.notEqual(await accepts(source, forged, headers, url), true, "the SDK takes a forgery");
        assert.equal((await post(url, forged, headers)).status, 401, forged.slice(0, 200));
      }
    }
    const { "content-type": type, ...proof } = await dress(source, "{}", url);
    assert.equal((await post(url, "{}", { "content-type": type })).status, 401, "without a word of proof");
    for (const name of Object.keys(proof).filter((name) => /signature|authorization/.test(name) && !/timestamp|version|algorithm/.test(name))) {
      for (const wrong of ["x", proof[name].slice(0, -3), `${proof[name].slice(0, -2)}AA`, proof[name].toUpperCase() + "z"]) {
        assert.equal((await post(url, "{}", { ...proof, "content-type": type, [name]: wrong })).status, 401, `${name}: ${wrong}`);
      }
    }
  });
}

test("a broker that asks before it sends may send, with the proof of a delivery", async () => {
  const url = new URL("/hooks/cloudevents", stack.url).href;
  const ask = (headers) => fetch(url, { method: "OPTIONS", headers });
  const origin = { "webhook-request-origin": "eventgrid.azure.net", "webhook-request-rate": "120" };
  const { authorization } = await dress("cloudevents", "", url);
  const granted = await ask({ ...origin, authorization });
  assert.equal(granted.status, 200);
  assert.equal(granted.headers.get("webhook-allowed-origin"), "eventgrid.azure.net");
  assert.equal(granted.headers.get("webhook-allowed-rate"), "120");
  assert.equal((await fetch(`${url}?access_token=${authorization.replace("Bearer ", "")}`, { method: "OPTIONS", headers: origin })).status, 200);
  const refused = await ask(origin);
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get("webhook-allowed-origin"), null);
  assert.equal((await ask({ authorization })).status, 405);
  assert.equal((await fetch(new URL("/hooks/stripe", stack.url), { method: "OPTIONS", headers: origin })).status, 405);
});

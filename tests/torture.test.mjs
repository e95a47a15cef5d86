// A bounded run of `cargo xtask torture`.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { torture } from "./torture/torture.mjs";

// At once: each mostly waits, for what was killed to start again.
describe("torture", { concurrency: true }, () => {
  for (const takesKeys of [true, false]) {
    test(`killed five times at work, nothing is lost or done twice; the team's tool takes ${takesKeys ? "idempotency keys" : "none"}`, async () => {
      const { broken, deliveries, proposals } = await torture({ kills: 5, seed: 1, takesKeys });
      assert.deepEqual(broken, []);
      assert.ok(deliveries > 50 && proposals.done > 5, "enough happened");
    });
  }
});

// A stack whose workers run behind `meter.js`.
import { fileURLToPath } from "node:url";
import { Stack, eventually } from "../support/stack.mjs";
import { pause } from "./statistics.mjs";

const METER = fileURLToPath(new URL("meter.js", import.meta.url));

export class Metered {
  // With the settings of a deployment, not those of a test.
  static async start(options = {}) {
    const metered = new Metered();
    metered.stack = await Stack.start({ wrapper: METER, vars: {}, ...options });
    return metered;
  }

  // Every call of a handler since the last time.
  async take() {
    return (await this.stack.ask("http://meter/")).flat();
  }

  // The calls of `act` and of everything that follows from it. All has followed when nothing was called for longer than
  // any wait by design.
  async measure(act) {
    await this.take();
    await act();
    const calls = [];
    for (let since = Date.now(); Date.now() - since < 2_500; ) {
      const more = await this.take();
      if (more.length > 0) since = Date.now();
      calls.push(...more);
      await pause(200);
    }
    return calls;
  }

  // The objects come back from disk, as they do on the platform after seconds without work.
  async cool() {
    await this.stack.kill();
    await this.stack.restart();
  }

  count = async (sql) => (await this.stack.sql(`SELECT COUNT(*) AS n FROM ${sql}`))[0].n;
  reaches = (sql, n) => eventually(async () => (await this.count(sql)) >= n, `${n} of ${sql}`, 60_000);
  stop = () => this.stack.stop();
}

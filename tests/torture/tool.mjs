// The team's own tool: a receiver of notifications that answers well, badly, late or not at all.
import { createServer } from "node:http";

// The treatments of a request, and their frequency. `acts`: the message was accepted, whatever the sender learns.
const TREATMENTS = [
  { name: "ok", share: 0.55, acts: true, answer: (response) => response.end("ok") },
  { name: "429", share: 0.13, acts: false, answer: (response) => response.writeHead(429, { "retry-after": "1" }).end("slow down") },
  { name: "500", share: 0.08, acts: false, answer: (response) => response.writeHead(500).end("broken") },
  { name: "500 after acting", share: 0.08, acts: true, answer: (response) => response.writeHead(500).end("done, and then broken") },
  { name: "line cut", share: 0.1, acts: true, answer: (response) => response.destroy() },
  { name: "no answer", share: 0.06, acts: true, answer: () => {} },
];
// After these the sender knows the outcome of its request.
const CLEAR = ["ok", "429"];

export class Tool {
  calm = false;
  // Every request: the message's key, how it was treated, and whether the message took effect.
  requests = [];

  constructor(random, takesKeys) {
    this.random = random;
    this.takesKeys = takesKeys;
    this.server = createServer((request, response) => this.#receive(request, response));
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}/team`;
    return this;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  // The identity of a message about a proposal. A tool without keys only has the text, which names the invoice.
  keyOf = ({ id, text }) => (this.takesKeys ? id : text.match(/NRV-\w+/)[0]);

  effects = (key) => this.requests.filter((request) => request.key === key && request.acted).length;

  wasUnclear = (key) => this.requests.some((request) => request.key === key && !CLEAR.includes(request.treatment));

  treatments = (key) => this.requests.filter((request) => request.key === key).map(({ treatment }) => treatment).join(", ");

  #receive(request, response) {
    const chunks = [];
    request.on("error", () => {});
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const message = { id: request.headers["webhook-id"], text: Buffer.concat(chunks).toString() };
      this.#treat(this.keyOf(message), response);
    });
  }

  #treat(key, response) {
    const { name, acts, answer } = this.calm ? TREATMENTS[0] : this.#pick();
    const repeated = this.takesKeys && this.effects(key) > 0;
    this.requests.push({ key, treatment: name, acted: acts && !repeated });
    answer(response);
  }

  #pick() {
    let dice = this.random.next();
    return TREATMENTS.find(({ share }) => (dice -= share) < 0) ?? TREATMENTS[0];
  }
}

// The team's own tool: a receiver of notifications that answers well, badly, late or not at all.
import { createServer } from "node:http";

export class Tool {
  calm = false;
  // What it has done: by message id where it takes keys, else every request that it took.
  done = [];
  requests = 0;

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

  #receive(request, response) {
    const chunks = [];
    request.on("error", () => {});
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => this.#treat({ id: request.headers["webhook-id"], body: Buffer.concat(chunks).toString() }, response));
  }

  #treat(message, response) {
    this.requests += 1;
    const dice = this.calm ? 0 : this.random.next();
    if (dice < 0.55) this.#act(message, () => response.end("ok"));
    else if (dice < 0.68) response.writeHead(429, { "retry-after": "1" }).end("slow down");
    else if (dice < 0.76) response.writeHead(500).end("broken");
    else if (dice < 0.84) this.#act(message, () => response.writeHead(500).end("done, and then broken"));
    else if (dice < 0.94) this.#act(message, () => response.destroy());
    else this.#act(message, () => {}); // Never answers.
  }

  #act(message, answer) {
    if (!(this.takesKeys && this.done.some((before) => before.id === message.id))) this.done.push(message);
    answer();
  }
}

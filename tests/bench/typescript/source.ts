// The plain version of a webhook source: verify with Web Crypto, normalize, keep in an object, answer.
import type { Inbox } from "./inbox";
import { normalize } from "./event";
import { isSigned } from "./signature";

interface Env {
  INBOX: DurableObjectNamespace<Inbox>;
  STRIPE_SECRETS: string;
}

const KEPT_HEADERS = ["content-type", "user-agent", "stripe-signature"];

const rejected = (status: number, reason: string) => Response.json({ status: "rejected", reason }, { status });

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method !== "POST") return rejected(405, "webhooks are sent with POST");
    const body = await request.arrayBuffer();
    const signature = request.headers.get("stripe-signature") ?? "";
    if (!(await isSigned(body, signature, env.STRIPE_SECRETS))) return rejected(401, "the signature does not match");
    const event = normalize(JSON.parse(new TextDecoder().decode(body)));
    if (!event) return Response.json({ status: "ignored" });
    const headers = KEPT_HEADERS.map((name) => [name, request.headers.get(name)]);
    const inbox = env.INBOX.getByName(`stripe:${event.customer ?? event.subject}`);
    return Response.json(await inbox.keep(event, headers, body));
  },
};

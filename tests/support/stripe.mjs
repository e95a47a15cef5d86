// Stripe as a sender: events in the shape of API version 2026-10-28, signed by Stripe's own SDK.
import Stripe from "stripe";
import { personOf } from "./people.mjs";
import { STRIPE_SECRET } from "./stack.mjs";

const sdk = new Stripe("sk_test_not_used");
const now = () => Math.floor(Date.now() / 1000);
let counter = 0;

export function event(type, object, overrides = {}) {
  return {
    id: `evt_test_${process.pid}_${++counter}`,
    object: "event",
    api_version: "2026-10-28.endive",
    created: now(),
    livemode: true,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
    ...overrides,
  };
}

export function invoice(overrides = {}) {
  const id = overrides.id ?? `in_test_${process.pid}_${++counter}`;
  const customer = overrides.customer ?? `cus_${id}`;
  const { name, email } = personOf(customer);
  return {
    id,
    object: "invoice",
    amount_due: 12_000,
    amount_paid: 0,
    amount_remaining: 12_000,
    attempt_count: 1,
    attempted: true,
    billing_reason: "subscription_cycle",
    collection_method: "charge_automatically",
    created: now() - 60,
    currency: "eur",
    customer,
    customer_email: email,
    customer_name: name,
    customer_phone: null,
    hosted_invoice_url: `https://invoice.stripe.com/i/${id}`,
    livemode: true,
    metadata: {},
    next_payment_attempt: now() + 3 * 86_400,
    number: "NRV-0001",
    parent: { type: "subscription_details", subscription_details: { subscription: "sub_test_1", metadata: {} } },
    status: "open",
    status_transitions: { finalized_at: now() - 60, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    total: 12_000,
    ...overrides,
  };
}

export const failed = (overrides = {}, envelope = {}) => event("invoice.payment_failed", invoice(overrides), envelope);

export function paid(overrides = {}, envelope = {}) {
  const object = invoice({ amount_paid: 12_000, amount_remaining: 0, status: "paid", next_payment_attempt: null, ...overrides });
  object.status_transitions.paid_at = now();
  return event("invoice.paid", object, envelope);
}

export function sign(payload, { secret = STRIPE_SECRET, timestamp = now() } = {}) {
  return sdk.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

// Sends a delivery as Stripe would; `body` may be an event or ready-made text.
export async function deliver(stack, body, { signature, path = "/hooks/stripe" } = {}) {
  const payload = typeof body === "string" ? body : JSON.stringify(body, null, 2);
  const header = signature === undefined ? sign(payload) : signature;
  const response = await fetch(new URL(path, stack.url), {
    method: "POST",
    headers: {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      ...(header === null ? {} : { "stripe-signature": header }),
    },
    body: payload,
  });
  return { status: response.status, payload, json: await response.json() };
}

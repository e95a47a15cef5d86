// How each source is made to speak. A source is a function that makes up a delivery: where it goes, its bytes and its
// headers, and the dedup key by which it is found again. Adding a source is adding one here.
import { failed, paid, sign } from "../support/stripe.mjs";

const CUSTOMERS = 12;

let invoices = 0;

function stripe(random, story) {
  const open = story.open;
  const known = open.length > 0 && random.chance(0.6) ? random.pick(open) : undefined;
  const invoice = known ?? { id: `in_torture_${++invoices}`, customer: random.below(CUSTOMERS), attempt: 0 };
  if (!known) open.push(invoice);
  const settled = invoice.attempt > 0 && random.chance(0.25);
  if (settled) open.splice(open.indexOf(invoice), 1);
  invoice.attempt += 1;
  const last = random.chance(0.5);
  const about = {
    id: invoice.id,
    number: `NRV-${invoice.id}`,
    customer: `cus_torture_${invoice.customer}`,
    customer_email: `torture${invoice.customer}@example.com`,
    customer_name: `Customer ${invoice.customer}`,
    attempt_count: invoice.attempt,
    ...(last && !settled ? { next_payment_attempt: null } : {}),
  };
  if (last && !settled) open.splice(open.indexOf(invoice), 1);
  const event = settled ? paid(about) : failed(about);
  return { path: "/hooks/stripe", key: event.id, event };
}

// The bytes and headers as they are sent; a redelivery is signed anew, as Stripe does it.
export function dress({ path, event }) {
  const payload = Buffer.from(JSON.stringify(event, null, 2));
  const headers = { "content-type": "application/json", "stripe-signature": sign(payload.toString()) };
  return { path, payload, headers };
}

export const SOURCES = { stripe };

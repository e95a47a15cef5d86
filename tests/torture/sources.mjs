// The sources as senders. `deliver` makes up the next event of a sender's story and returns it with its dedup key and the
// customer it is about; `resend`, where a vendor does that, is the same fact under a new id;
// `dress` turns an event into the bytes and headers of a request, signed now. A source takes part whose folder has a
// `sender.mjs` with a delivery.
import { personOf } from "../support/people.mjs";
import { DELIVERIES, bodyOf, dress } from "../support/senders.mjs";
import { failed, paid, sign } from "../support/stripe.mjs";

// One invoice in ten is this customer's: a record on which everything happens at once.
const HOT = "hot";
const HOT_SHARE = 0.1;
const INVOICES_PER_CUSTOMER = 4;

let invoices = 0;

function newInvoice(random) {
  invoices += 1;
  const customer = random.chance(HOT_SHARE) ? HOT : random.below(1 + Math.ceil(invoices / INVOICES_PER_CUSTOMER));
  return { id: `in_torture_${invoices}`, customer, attempt: 0 };
}

const about = ({ id, customer, attempt }) => ({
  id,
  // With the attempt, so that a message that names the invoice tells which of its failures it is about.
  number: `NRV-${id}_${attempt}`,
  customer: `cus_torture_${customer}`,
  attempt_count: attempt,
});

const stripe = {
  path: "/hooks/stripe",

  // An invoice fails, fails again, perhaps for good, and is perhaps paid after all.
  deliver(random, story) {
    const open = (story.invoices ??= []);
    const known = random.chance(0.6) ? open.splice(random.below(open.length), 1)[0] : undefined;
    const invoice = known ?? newInvoice(random);
    const settled = known !== undefined && random.chance(0.35);
    invoice.attempt += 1;
    const last = !settled && random.chance(0.5);
    if (!settled) open.push(invoice);
    const event = settled ? paid(about(invoice)) : failed({ ...about(invoice), ...(last ? { next_payment_attempt: null } : {}) });
    return { event, key: event.id, customer: event.data.object.customer };
  },

  resend({ event, key, customer }) {
    const again = { ...event, id: `${key}_2` };
    return { event: again, key: again.id, customer };
  },

  dress(event) {
    const payload = Buffer.from(JSON.stringify(event, null, 2));
    return { payload, headers: { "content-type": "application/json", "stripe-signature": sign(payload.toString()) } };
  },
};

// The other tools tell things of the same customers: one after the other, so that each has its own id.
let told = 0;

const teller = (source) => ({
  path: `/hooks/${source}`,

  deliver(random) {
    told += 1;
    const customer = random.chance(HOT_SHARE) ? HOT : random.below(1 + Math.ceil(told / INVOICES_PER_CUSTOMER));
    const { key, document } = DELIVERIES[source](told, personOf(`cus_torture_${customer}`));
    return { event: document, key, customer: `cus_torture_${customer}` };
  },

  async dress(event, url) {
    const payload = bodyOf(source, event);
    return { payload: Buffer.from(payload), headers: await dress(source, payload, url) };
  },
});

export const SOURCES = { stripe, ...Object.fromEntries(Object.keys(DELIVERIES).map((source) => [source, teller(source)])) };

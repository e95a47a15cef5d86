export interface Event {
  id: string;
  kind: "invoice.paid" | "payment.failed";
  dedupKey: string;
  subject: string;
  customer: string | null;
  email: string | null;
  name: string | null;
  amount: { minor: number; currency: string };
  attempt: number;
  invoiceNumber: string | null;
  occurredAt: number;
  receivedAt: number;
  summary: string;
}

const KINDS: Record<string, Event["kind"]> = {
  "invoice.paid": "invoice.paid",
  "invoice.payment_succeeded": "invoice.paid",
  "invoice.payment_failed": "payment.failed",
};

export function normalize(notification: any): Event | null {
  const kind = KINDS[notification.type];
  if (!kind) return null;
  const invoice = notification.data.object;
  const minor = kind === "invoice.paid" ? invoice.amount_paid : invoice.amount_due;
  return {
    id: crypto.randomUUID(),
    kind,
    dedupKey: notification.id,
    subject: `stripe:invoice:${invoice.id}`,
    customer: invoice.customer,
    email: invoice.customer_email?.trim().toLowerCase() ?? null,
    name: invoice.customer_name,
    amount: { minor, currency: invoice.currency.toUpperCase() },
    attempt: invoice.attempt_count,
    invoiceNumber: invoice.number,
    occurredAt: notification.created * 1000,
    receivedAt: Date.now(),
    summary: `${kind} ${invoice.number ?? invoice.id}: ${(minor / 100).toFixed(2)} ${invoice.currency.toUpperCase()}`,
  };
}

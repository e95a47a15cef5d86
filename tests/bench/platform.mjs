// Cloudflare's prices, its free plan, and the platform's limits, as published in November 2026.

// USD for each million.
export const PRICES = {
  workerRequests: 0.3,
  objectRequests: 0.15,
  objectRowsWritten: 1,
  objectRowsRead: 0.001,
  d1RowsWritten: 1,
  d1RowsRead: 0.001,
  queueOperations: 0.4,
  objectGigabyteSeconds: 12.5,
};

// USD for each million milliseconds of CPU.
export const CPU_PRICE = 0.02;

// An object is billed for this much memory while it runs, whatever it uses. In gigabytes.
export const OBJECT_MEMORY = 0.125;

// USD for each gigabyte and month.
export const STORAGE = { object: 0.2, d1: 0.75 };

// Per day, except for storage.
export const FREE_PLAN = {
  workerRequests: 100_000,
  objectRequests: 100_000,
  objectRowsWritten: 100_000,
  objectRowsRead: 5_000_000,
  d1RowsWritten: 100_000,
  d1RowsRead: 5_000_000,
  queueOperations: 10_000,
  objectGigabyteSeconds: 13_000,
};

// Milliseconds of CPU for each invocation.
export const FREE_CPU_MS = 10;

// Of the paid plan, in bytes; rates by the second.
export const LIMITS = {
  databaseBytes: 10e9,
  freeDatabaseBytes: 500e6,
  objectBytes: 10e9,
  objectRequests: 1_000,
  queueMessages: 5_000,
  queriesPerInvocation: 1_000,
};

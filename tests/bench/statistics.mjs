// The few statistics the benchmark needs.

export const sum = (values) => values.reduce((a, b) => a + b, 0);
export const mean = (values) => sum(values) / values.length;

// The value below which `share` of the values lie.
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export const median = (values) => quantile(values, 0.5);

export const distribution = (values) => ({
  n: values.length,
  p50: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  p99: quantile(values, 0.99),
  max: Math.max(...values),
});

// The exponent of growth: 0 when `y` does not depend on `x`, 1 when it is proportional. Least squares on logarithms.
export function slope(points) {
  const logs = points.filter(([x, y]) => x > 0 && y > 0).map(([x, y]) => [Math.log(x), Math.log(y)]);
  const [mx, my] = [mean(logs.map(([x]) => x)), mean(logs.map(([, y]) => y))];
  return sum(logs.map(([x, y]) => (x - mx) * (y - my))) / sum(logs.map(([x]) => (x - mx) ** 2));
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

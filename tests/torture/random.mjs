// Numbers from a seed (mulberry32), so that a run can be repeated as far as timing allows.
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (end) => Math.floor(next() * end);
  return { next, below, chance: (share) => next() < share, pick: (list) => list[below(list.length)] };
}

export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

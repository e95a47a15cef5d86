// The same without the hops: one worker for everything.
export { Inbox } from "./inbox";
export { default } from "./source";

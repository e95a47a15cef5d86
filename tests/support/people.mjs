// A population from its numbers: common names are common, everybody lives somewhere, and the same number is always the
// same person.
import { createHash } from "node:crypto";
import { random } from "../torture/random.mjs";

const GIVEN = "Ada Alan Amir Anna Anton Ben Carla Chen Clara David Dora Elena Emil Eva Felix Finn Grace Hana Hugo Ida Ines Ivan Jana Jonas Julia Karl Lara Lea Leo Lina Linus Luca Maja Marie Max Mia Mila Nina Noah Nora Olga Oskar Paul Petra Ravi Rosa Sara Sofia Theo Tim Tom Vera Yara Zoe".split(" ");
const ONSETS = "B Br D F G H J K Kr L M N P R S Sch St T V W Z".split(" ");
const MIDDLES = "a e i o u au ei ie".split(" ");
const ENDS = "ber ck dt fer gel hn ler lmann mann ner nn rg rner rth ser sky ssen stein tz witz".split(" ");
const STREETS = "Birch Castle Church Garden Harbour High Hill Lake Linden Main Market Meadow Mill North Park River School South Station Tower".split(" ");
const TOWNS = "Ashford Brookfield Dunmore Eastham Fairview Glenwood Hartley Kingston Lakeside Milton Newport Oakdale Preston Ridgeway Stanton Weston".split(" ");

// The first are the most frequent, as surnames are.
const often = (dice, list) => list[Math.floor(list.length * dice.next() ** 1.2)];
const surname = (dice) => often(dice, ONSETS) + often(dice, MIDDLES) + often(dice, ENDS);

export function person(n) {
  const dice = random(n * 2_654_435_761 + 1);
  const [given, family] = [often(dice, GIVEN), surname(dice)];
  return {
    id: `crm-${n}`,
    name: `${given} ${family}`,
    email: `${given}.${family}.${n}@example.com`.toLowerCase(),
    phone: `+4930${String(10_000_000 + n)}`,
    street: `${1 + dice.below(180)} ${dice.pick(STREETS)} Street`,
    postcode: String(10_000 + dice.below(8_000)),
    city: dice.pick(TOWNS),
  };
}

// The person with this id at a tool.
export const personOf = (key) => person(createHash("sha256").update(key).digest().readUInt32BE());

const COLUMNS = ["id", "name", "email", "phone", "street", "postcode", "city"];

// A file of the persons from one number to another.
export function csv(from, to) {
  const rows = Array.from({ length: to - from }, (_, n) => person(from + n));
  return [COLUMNS.join(","), ...rows.map((row) => COLUMNS.map((column) => `"${row[column]}"`).join(","))].join("\n");
}

// As people write themselves: two letters of the name in the wrong order.
const slip = (name) => name.replace(/(.)(.)(.)$/, "$2$1$3");
const address = ({ street, postcode, city }) => ({ kind: "address", value: `${street}, ${postcode} ${city}` });

// The content of a form about a person, by the claims it has.
export const SAYINGS = {
  "the known mailbox": (p) => ({ customer: { name: p.name, email: p.email } }),
  "another mailbox, the known address": (p, n) => ({ customer: { name: p.name, email: `private.${n}@example.org` }, claims: [address(p)] }),
  "a slip in the name, the known address": (p, n) => ({ customer: { name: slip(p.name), email: `slip.${n}@example.org` }, claims: [address(p)] }),
  "nobody known": (_, n) => ({ customer: { name: `Nobody Known${n}`, email: `nobody.${n}@example.net` } }),
};

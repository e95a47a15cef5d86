"""Makes the hard set: customers that are known, and events of whom some concern one of them. The seed decides it all.

    python tests/matching/generate.py --seed N --base 20000 --events 8000 --out DIR

writes base.csv, events.csv and truth.csv. The country is the United States: numbers without a prefix are from there.
"""

from __future__ import annotations

import argparse
import csv
import random
import string
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from population import NICKNAMES, STREET_TYPES
from world import COLUMNS, MAILBOXES, Person, World, customers, plain, somebody_new

# How hard it is. The first two are the set's definition, as are the households; the others are plausible for forms,
# calls and mail, and leave no tool without errors.
NEW = 0.20  # events without a true record
NO_ADDRESS = 0.60  # events without an address
EVENT_NO_NAME, EVENT_NO_MAIL, EVENT_NO_PHONE = 0.06, 0.12, 0.22
BASE_NO_MAIL, BASE_NO_PHONE, BASE_NO_ADDRESS = 0.04, 0.08, 0.12
OTHER_MAIL, NEW_PHONE, MOVED, NEW_SURNAME = 0.16, 0.16, 0.10, 0.01
TYPO_FIRST, TYPO_LAST, TYPO_MAIL, TYPO_PHONE = 0.03, 0.04, 0.03, 0.02
TYPO_STREET, TYPO_POSTCODE, TYPO_CITY = 0.06, 0.02, 0.03
NICKNAME, INITIAL, FIRST_NAME_ONLY, LAST_NAME_FIRST, MIDDLE_INITIAL, LOWER_CASE = 0.20, 0.07, 0.11, 0.03, 0.05, 0.05
PLAIN_LETTERS = 0.5  # of the names with diacritics, written without
SHORT_STREET = 0.4
PLUS_TAG = 0.01

NEIGHBOURS = {
    a: left + right
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
    for left, a, right in zip(" " + row, row, row[1:] + " ", strict=False)
}


class Pen:
    """Writes down a person the way people do."""

    def __init__(self, world: World) -> None:
        self.world, self.rng, self.chance = world, world.rng, world.chance

    def typo(self, text: str) -> str:
        """One slip of the hand: a letter swapped, dropped, doubled, or hit beside its key."""
        if len(text) < 3:
            return text
        at = self.rng.randrange(1, len(text) - 1)
        before, here, after = text[:at], text[at], text[at + 1 :]
        match self.rng.randrange(4):
            case 0:
                return before + after[0] + here + after[1:]
            case 1:
                return before + after
            case 2:
                return before + here + here + after
            case _:
                near = NEIGHBOURS.get(here.lower(), " ").replace(" ", "")
                return before + (self.rng.choice(near) if near else here) + after

    def perhaps_typo(self, text: str, share: float) -> str:
        return self.typo(text) if self.chance(share) else text

    def name(self, person: Person) -> str:
        first, last = person.first, person.last
        if first in NICKNAMES and self.chance(NICKNAME):
            first = self.rng.choice(NICKNAMES[first])
        if self.chance(NEW_SURNAME):
            last = self.world.stranger().last
        if self.chance(PLAIN_LETTERS):
            first, last = plain(first), plain(last)
        first, last = self.perhaps_typo(first, TYPO_FIRST), self.perhaps_typo(last, TYPO_LAST)
        if self.chance(MIDDLE_INITIAL):
            first = f"{first} {self.rng.choice(string.ascii_uppercase)}."
        return self.cased(self.arranged(first, last))

    def arranged(self, first: str, last: str) -> str:
        form = self.rng.random()
        if form < INITIAL:
            return f"{first[0]}. {last}"
        if form < INITIAL + FIRST_NAME_ONLY:
            return first
        return f"{last}, {first}" if form < INITIAL + FIRST_NAME_ONLY + LAST_NAME_FIRST else f"{first} {last}"

    def cased(self, text: str) -> str:
        return text.lower() if self.chance(LOWER_CASE) else text

    def email(self, person: Person) -> str:
        email = self.world.mailbox(person) if self.chance(OTHER_MAIL) else person.email
        email = self.perhaps_typo(email, TYPO_MAIL)
        if self.chance(PLUS_TAG):
            email = email.replace("@", "+news@", 1)
        return email.capitalize() if self.chance(LOWER_CASE) else email

    def phone(self, person: Person) -> str:
        digits = (self.world.number() if self.chance(NEW_PHONE) else person.phone).removeprefix("+1")
        if self.chance(TYPO_PHONE):
            digits = self.misdialled(digits)
        area, exchange, line = digits[:3], digits[3:6], digits[6:]
        forms = (digits, f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}", f"+1 {area} {exchange} {line}")
        return self.rng.choice((f"+1{digits}", f"+1{digits}", *forms))

    def misdialled(self, digits: str) -> str:
        """Two digits swapped, or one replaced."""
        at = self.rng.randrange(3, 9)
        if self.chance(0.5):
            return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        return digits[:at] + str(self.rng.randrange(10)) + digits[at + 1 :]

    def address(self, person: Person) -> Person:
        home = self.world.housed(person) if self.chance(MOVED) else person
        street = self.perhaps_typo(home.street, TYPO_STREET)
        if self.chance(SHORT_STREET):
            for long, short, _ in STREET_TYPES:
                street = street.replace(f" {long}", f" {short}")
        return replace(
            home,
            street=street,
            postcode=self.perhaps_typo(home.postcode, TYPO_POSTCODE),
            city=self.perhaps_typo(home.city, TYPO_CITY),
        )

    def event(self, person: Person) -> list[str]:
        """What arrives. Something in it leads to the sender."""
        address = not self.chance(NO_ADDRESS)
        mail, phone = not self.chance(EVENT_NO_MAIL), not self.chance(EVENT_NO_PHONE)
        if not (mail or phone):
            mail, phone = (True, False) if self.chance(0.5) else (False, True)
        home = self.address(person) if address else replace(person, street="", postcode="", city="")
        name = "" if self.chance(EVENT_NO_NAME) else self.name(person)
        return [
            name,
            self.email(person) if mail else "",
            self.phone(person) if phone else "",
            home.street,
            home.postcode,
            home.city,
        ]

    def record(self, person: Person) -> Person:
        """What is known of a customer: written with care, and not all of it."""
        known = replace(
            person,
            first=self.perhaps_typo(person.first, TYPO_FIRST / 3),
            last=self.perhaps_typo(person.last, TYPO_LAST / 3),
        )
        mail, phone = not self.chance(BASE_NO_MAIL), not self.chance(BASE_NO_PHONE)
        if not mail:
            known = replace(known, email="")
        if mail and not phone:
            known = replace(known, phone="")
        return replace(known, street="", postcode="", city="") if self.chance(BASE_NO_ADDRESS) else known


def generate(seed: int, base: int, events: int, out: Path) -> None:
    world = World(random.Random(seed))
    pen = Pen(world)
    people = customers(world, base)
    shared = [person for person in people if person.email.split("@")[0] in MAILBOXES]
    arrivals, truth = [], []
    for n in range(events):
        owner = None if world.chance(NEW) else world.rng.randrange(base)
        person = somebody_new(world, people, shared) if owner is None else people[owner]
        arrivals.append([f"e{n}", *pen.event(person)])
        truth.append([f"e{n}", "" if owner is None else f"r{owner}"])
    out.mkdir(parents=True, exist_ok=True)
    write(out / "base.csv", ["id", *COLUMNS], [[f"r{n}", *pen.record(person).row()] for n, person in enumerate(people)])
    write(out / "events.csv", ["id", *COLUMNS], arrivals)
    write(out / "truth.csv", ["event", "record"], truth)


def write(path: Path, header: list[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--base", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=8_000)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    generate(options.seed, options.base, options.events, options.out)


if __name__ == "__main__":
    main()

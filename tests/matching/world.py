"""A world of people: households, companies, namesakes."""

from __future__ import annotations

import random
import string
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from population import COMPANY_TRADES, COMPANY_WORDS, NICKNAMES, Population

COLUMNS = ("name", "email", "phone", "street", "postcode", "city")

TWINS = 0.20  # customers who share surname and address with another one
TWIN_SAME_PHONE = 0.50
TWIN_SAME_MAIL = 0.04
TWIN_SAME_FIRST_NAME = 0.03  # father and son
SHARED_MAILBOX = 0.04  # customers with a mailbox of their company
SHARED_MAILBOX_SAME_PHONE = 0.50
# Of those who are no customers, how many are close to one.
NEW_FAMILY, NEW_NAMESAKE, NEW_COLLEAGUE = 0.07, 0.07, 0.05

AREAS = [str(200 + 13 * n) for n in range(55)]
MAILBOXES = ("info", "office", "contact")


@dataclass(frozen=True)
class Person:
    first: str
    last: str
    female: bool
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip()

    def row(self) -> list[str]:
        return [getattr(self, column) for column in COLUMNS]


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.replace("ß", "ss")) if not unicodedata.combining(c))


def letters(name: str) -> str:
    return "".join(c for c in plain(name).lower() if c in string.ascii_lowercase)


class World:
    """Makes people. No two have the same mailbox or number, unless it is meant."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.tables = Population()
        self.taken: set[str] = set()

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def stranger(self) -> Person:
        names = self.tables.names[self.tables.origin.draw(self.rng)]
        female = self.chance(0.5)
        first = (names.female if female else names.male).draw(self.rng)
        person = self.housed(Person(first, names.last.draw(self.rng), female))
        return replace(person, email=self.mailbox(person), phone=self.number())

    def namesake(self, of: Person) -> Person:
        person = self.housed(of)
        return replace(person, email=self.mailbox(person), phone=self.number())

    def relative(self, of: Person) -> Person:
        """Of the same household."""
        other = self.stranger()
        first = of.first if self.chance(TWIN_SAME_FIRST_NAME) else other.first
        twin = replace(of, first=first, female=of.female if first == of.first else other.female)
        email = of.email if self.chance(TWIN_SAME_MAIL) else self.mailbox(twin)
        return replace(twin, email=email, phone=of.phone if self.chance(TWIN_SAME_PHONE) else other.phone)

    def colleague(self, of: Person) -> Person:
        """Writes from the same mailbox."""
        other = self.stranger()
        same_phone = self.chance(SHARED_MAILBOX_SAME_PHONE)
        return replace(other, email=of.email, phone=of.phone if same_phone else other.phone)

    def housed(self, person: Person) -> Person:
        rng = self.rng
        city = self.tables.town.draw(rng)
        house = 1 + int(rng.expovariate(1 / 60))
        street = f"{house} {self.tables.street.draw(rng)} {self.tables.street_type.draw(rng)}"
        # Towns have a handful of postcodes, the same in each world.
        first_code = random.Random(city).randrange(100, 990)
        return replace(person, street=street, city=city, postcode=f"{first_code}{rng.randrange(1, 9):02}")

    def number(self) -> str:
        return self.unique(
            lambda _: f"+1{self.rng.choice(AREAS)}{self.rng.randrange(200, 1000)}{self.rng.randrange(10000):04}"
        )

    def company(self) -> str:
        number = self.rng.choice(["", "", self.rng.randrange(2, 40)])
        return f"{self.rng.choice(COMPANY_WORDS)}{self.rng.choice(COMPANY_TRADES)}{number}.com"

    def mailbox(self, person: Person) -> str:
        at_work = self.chance(0.25)
        domain = self.company() if at_work else self.tables.free_mail.draw(self.rng)
        return self.unique(lambda tries: f"{self.local_part(person, at_work, tries)}@{domain}")

    def local_part(self, person: Person, at_work: bool, tries: int) -> str:
        rng = self.rng
        first, last = letters(person.first), letters(person.last)
        nick = letters(rng.choice(NICKNAMES.get(person.first, (person.first,))))
        forms = [f"{first}.{last}", f"{first[0]}{last}", f"{first}{last}", f"{first[0]}.{last}", f"{first}"]
        if not at_work:
            forms += [
                f"{nick}.{last}",
                f"{nick}{rng.randrange(10, 100)}",
                f"{last}.{first}",
                f"{rng.choice(COMPANY_WORDS)}{rng.randrange(10, 1000)}",
            ]
        form = rng.choice(forms)
        numbered = tries > 0 or (not at_work and self.chance(0.25))
        return f"{form}{rng.randrange(1, 100 * 10 ** min(tries, 4))}" if numbered else form

    def unique(self, make: Callable[[int], str]) -> str:
        """A value that nobody has; `make` is told how often it failed."""
        tries = 0
        while (value := make(tries)) in self.taken:
            tries += 1
        self.taken.add(value)
        return value


def customers(world: World, size: int) -> list[Person]:
    """Households of one and two, then some of them behind a mailbox of their company."""
    people: list[Person] = []
    while len(people) < size:
        people.append(world.stranger())
        # One in nine has a twin: then a fifth of all are one of two.
        if len(people) < size and world.chance(TWINS / (2 - TWINS)):
            people.append(world.relative(people[-1]))
    world.rng.shuffle(people)
    share_mailboxes(world, people)
    return people


def share_mailboxes(world: World, people: list[Person]) -> None:
    at, end = 0, int(len(people) * SHARED_MAILBOX)
    while at < end:
        size = world.rng.choice((2, 2, 3, 4, 6))
        mailbox = world.unique(lambda _: f"{world.rng.choice(MAILBOXES)}@{world.company()}")
        phone = world.number()
        for n in range(at, min(at + size, end)):
            same_phone = world.chance(SHARED_MAILBOX_SAME_PHONE)
            people[n] = replace(people[n], email=mailbox, phone=phone if same_phone else people[n].phone)
        at += size
    world.rng.shuffle(people)


def somebody_new(world: World, people: list[Person], shared: list[Person]) -> Person:
    sort, known = world.rng.random(), world.rng.choice(people)
    if sort < NEW_FAMILY:
        return world.relative(known)
    if sort < NEW_FAMILY + NEW_NAMESAKE:
        return world.namesake(known)
    if sort < NEW_FAMILY + NEW_NAMESAKE + NEW_COLLEAGUE:
        return world.colleague(world.rng.choice(shared))
    return world.stranger()

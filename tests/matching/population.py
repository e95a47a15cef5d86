"""Who could be a customer: names by how common they are, streets, towns, nicknames. Nothing here is a real person."""

from __future__ import annotations

import importlib
import random
from dataclasses import dataclass
from itertools import accumulate

NICKNAMES: dict[str, tuple[str, ...]] = {
    "Alexander": ("Alex", "Sasha"),
    "Alexandra": ("Alex", "Sandra"),
    "Amanda": ("Mandy",),
    "Andrew": ("Andy", "Drew"),
    "Anthony": ("Tony",),
    "Barbara": ("Barb", "Babs"),
    "Benjamin": ("Ben",),
    "Catherine": ("Cathy", "Kate"),
    "Charles": ("Charlie", "Chuck"),
    "Christina": ("Tina", "Chris"),
    "Christine": ("Chris", "Tina"),
    "Christopher": ("Chris",),
    "Cynthia": ("Cindy",),
    "Daniel": ("Dan", "Danny"),
    "David": ("Dave",),
    "Deborah": ("Debbie", "Deb"),
    "Donald": ("Don",),
    "Dorothy": ("Dot", "Dottie"),
    "Edward": ("Ed", "Ted", "Eddie"),
    "Elizabeth": ("Liz", "Beth", "Betty"),
    "Frederick": ("Fred",),
    "Gerald": ("Jerry",),
    "Gregory": ("Greg",),
    "Jacqueline": ("Jackie",),
    "James": ("Jim", "Jimmy"),
    "Jeffrey": ("Jeff",),
    "Jennifer": ("Jen", "Jenny"),
    "Jessica": ("Jess",),
    "John": ("Jack", "Johnny"),
    "Jonathan": ("Jon",),
    "Joseph": ("Joe",),
    "Joshua": ("Josh",),
    "Judith": ("Judy",),
    "Katherine": ("Kathy", "Kate", "Katie"),
    "Kathleen": ("Kathy",),
    "Kenneth": ("Ken",),
    "Kimberly": ("Kim",),
    "Lawrence": ("Larry",),
    "Leonard": ("Len",),
    "Margaret": ("Maggie", "Peggy", "Meg"),
    "Matthew": ("Matt",),
    "Melissa": ("Mel",),
    "Michael": ("Mike", "Mick"),
    "Michelle": ("Shelly",),
    "Nathan": ("Nate",),
    "Nicholas": ("Nick",),
    "Pamela": ("Pam",),
    "Patricia": ("Pat", "Patty", "Trish"),
    "Patrick": ("Pat",),
    "Peter": ("Pete",),
    "Philip": ("Phil",),
    "Phillip": ("Phil",),
    "Raymond": ("Ray",),
    "Rebecca": ("Becky", "Becca"),
    "Richard": ("Rick", "Dick", "Rich"),
    "Robert": ("Bob", "Rob", "Bobby"),
    "Ronald": ("Ron",),
    "Samantha": ("Sam",),
    "Samuel": ("Sam",),
    "Sandra": ("Sandy",),
    "Stephanie": ("Steph",),
    "Stephen": ("Steve",),
    "Steven": ("Steve",),
    "Susan": ("Sue", "Susie"),
    "Theresa": ("Terry",),
    "Thomas": ("Tom", "Tommy"),
    "Timothy": ("Tim",),
    "Victoria": ("Vicky",),
    "Vincent": ("Vince",),
    "William": ("Bill", "Will", "Billy"),
    "Zachary": ("Zach",),
}

STREET_NAMES = (
    "Main Park Oak Pine Maple Cedar Elm View Washington Lake Hill Walnut Spring North Ridge Church Willow Mill Sunset "
    "Railroad Jackson Cherry West South Center Highland Johnson Forest Hickory Lincoln River Meadow East Chestnut "
    "Birch Madison Valley Franklin Dogwood Poplar Adams Spruce Jefferson Broad Laurel College Prospect Wilson Locust "
    "Monroe Sycamore Smith Liberty School Magnolia Union Green Grant Magazine Davis Pearl Orchard Holly Bridge Cypress "
    "Clark Front Hamilton Harrison Cottage Rose Garden Academy Mulberry Summit Fairview Winding Peachtree Juniper "
    "Canal Court Market Water Cliff Beech Hawthorne Colonial Charles Victoria Aspen Linden Kingston Bayview Fox Run "
    "Lakeshore Quarry Stone Timber Canyon Mesa Prairie Harbor Ocean Bluff Crescent Arbor Brook Glen Heather Ivy Lark "
    "Robin Falcon Eagle Deer Bear Wolf Hunter Mason Porter Cooper Carter Baker Turner Potter Sawyer Fisher Shepherd"
).split()

# Written out, and as people shorten it; by how common it is.
STREET_TYPES = (
    ("Street", "St", 40),
    ("Avenue", "Ave", 20),
    ("Road", "Rd", 16),
    ("Drive", "Dr", 12),
    ("Lane", "Ln", 8),
    ("Court", "Ct", 4),
)

TOWNS = (
    "Springfield Franklin Clinton Greenville Bristol Fairview Salem Madison Georgetown Arlington Ashland Dover Oxford "
    "Jackson Burlington Manchester Milton Newport Auburn Centerville Clayton Dayton Lexington Milford Riverside "
    "Cleveland Hudson Kingston Vernon Oakland Winchester Cambridge Glendale Lancaster Marion Monroe Lakewood Norwood "
    "Portsmouth Richmond Bedford Chester Concord Danville Easton Florence Hanover Hamilton Jamestown Kensington"
).split()

FREE_MAIL = (
    ("gmail.com", 46),
    ("yahoo.com", 16),
    ("hotmail.com", 10),
    ("outlook.com", 9),
    ("icloud.com", 8),
    ("aol.com", 6),
    ("comcast.net", 5),
)

COMPANY_WORDS = (
    "summit pioneer cascade evergreen keystone harbor beacon granite lakeside northern united premier classic modern "
    "alpine coastal central liberty heritage frontier crystal silver golden anchor atlas apex vertex delta sigma orion"
).split()
COMPANY_TRADES = (
    "roofing plumbing electric design foods motors dental legal realty systems labs media builders garden solar".split()
)


class Weighted:
    """Things drawn as often as they are common."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.values = list(weights)
        self.bounds = list(accumulate(weights.values()))

    def draw(self, rng: random.Random) -> str:
        return rng.choices(self.values, cum_weights=self.bounds)[0]


def zipf(values: list[str], offset: float = 2.0) -> dict[str, float]:
    """The n-th is drawn about 1/n as often as the first. The order is shuffled: lists come sorted by letter."""
    shuffled = sorted(set(values))
    random.Random("zipf").shuffle(shuffled)
    return {value: 1 / (rank + offset) for rank, value in enumerate(shuffled)}


@dataclass(frozen=True)
class Names:
    female: Weighted
    male: Weighted
    last: Weighted


def _names(locale: str) -> Names:
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    tables = (provider.first_names_female, provider.first_names_male, provider.last_names)
    return Names(*(Weighted(dict(table) if isinstance(table, dict) else zipf(list(table))) for table in tables))


class Population:
    """The tables of one country whose people also come from elsewhere."""

    ORIGINS = {"en_US": 0.80, "es_ES": 0.08, "de_DE": 0.05, "it_IT": 0.04, "fr_FR": 0.03}

    def __init__(self) -> None:
        self.names = {locale: _names(locale) for locale in self.ORIGINS}
        self.origin = Weighted(self.ORIGINS)
        self.street = Weighted(zipf(list(STREET_NAMES), offset=10))
        self.street_type = Weighted({name: weight for name, _, weight in STREET_TYPES})
        self.town = Weighted(zipf(list(TOWNS), offset=5))
        self.free_mail = Weighted(dict(FREE_MAIL))

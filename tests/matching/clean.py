"""Standardises columns for the tools that leave this to their caller, as their documentation advises."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd

from population import STREET_TYPES

LONG_STREET = {short.lower(): long.lower() for long, short, _ in STREET_TYPES}


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def plain(text: str) -> str:
    """Lower case, without diacritics or doubled spaces."""
    letters = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return re.sub(r"\s+", " ", "".join(c for c in letters if not unicodedata.combining(c))).strip().lower()


def person(name: str) -> tuple[str, str]:
    """Given name and surname, without initials between them."""
    name = plain(name)
    if "," in name:
        last, first = name.split(",", 1)
        name = f"{first.strip()} {last.strip()}"
    words = name.split(" ")
    return (words[0].rstrip("."), words[-1] if len(words) > 1 else "")


def phone(number: str) -> str:
    return re.sub(r"\D", "", number)[-10:]


def email(address: str) -> str:
    """Lower case, and without a tag behind a plus."""
    return re.sub(r"\+[^@]*@", "@", address.strip().lower())


def street(line: str) -> str:
    return " ".join(LONG_STREET.get(word, word) for word in plain(line).split(" "))


def standardised(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of the CRM set, ready to compare; what is missing is null."""
    names = [person(name) for name in rows["name"]]
    columns = {
        "unique_id": rows["id"],
        "first_name": [first for first, _ in names],
        "surname": [last for _, last in names],
        "full_name": [f"{first} {last}" if first and last else "" for first, last in names],
        "email": rows["email"].map(email),
        "phone": rows["phone"].map(phone),
        "street": rows["street"].map(street),
        "postcode": rows["postcode"],
        "city": rows["city"].map(plain),
    }
    return pd.DataFrame(columns).replace("", None)

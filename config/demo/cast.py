"""Who and what the demo site is made of: a small company that makes a bicycle trip planner."""

from __future__ import annotations

from typing import NamedTuple

from accounts.models import Role
from rooms.models import Kind, Posting


class Person(NamedTuple):
    username: str
    display_name: str
    color: str
    status: str = ""
    role: str = Role.USER


class Place(NamedTuple):
    """A room to be made. `share` is its part of all messages; `people` are usernames, the owner first."""

    name: str
    topic: str
    share: float
    people: tuple[str, ...]
    kind: str = Kind.PUBLIC
    posting: str = Posting.EVERYONE
    archived: bool = False


PEOPLE = (
    Person("ada", "Ada Okafor", "#4f5bd5", "Reading the logs, as usual", Role.ADMIN),
    Person("bruno", "Bruno Costa", "#2a8f6d", "", Role.MODERATOR),
    Person("chloe", "Chloé Martin", "#c2410c", "Out on Fridays"),
    Person("deniz", "Deniz Yılmaz", "#9333ea"),
    Person("emil", "Emil Sørensen", "#0e7490", "In Copenhagen until the 12th"),
    Person("fatima", "Fatima Zahra", "#be185d"),
    Person("goran", "Goran Petrović", "#4d7c0f", "On call this week"),
    Person("hana", "Hana Kimura", "#b45309"),
    Person("ines", "Inês Duarte", "#1d4ed8", "Coffee first"),
    Person("jonas", "Jonas Weber", "#7c2d12"),
    Person("kavya", "Kavya Nair", "#0f766e", "Heads down, back at four"),
    Person("liam", "Liam Walsh", "#6d28d9"),
)
EVERYBODY = tuple(person.username for person in PEOPLE)
PLACES = (
    Place("general", "Everything that has no room of its own", 0.24, EVERYBODY),
    Place(
        "announcements",
        "Read by all, written by few",
        0.03,
        ("ada", "bruno", *EVERYBODY[2:]),
        posting=Posting.MODERATORS,
    ),
    Place("product", "What we build next, and why", 0.16, ("chloe", "ada", "deniz", "fatima", "hana", "kavya")),
    Place(
        "engineering",
        "Reviews, releases and riddles",
        0.24,
        ("ada", "deniz", "emil", "goran", "jonas", "kavya", "liam"),
    ),
    Place("design", "Maps, colours, words", 0.11, ("hana", "chloe", "ines", "fatima", "ada")),
    Place("incidents", "What broke and what we learned", 0.07, ("goran", "ada", "emil", "deniz"), Kind.PRIVATE),
    Place("bike-rides", "Saturday, nine o'clock, the bridge", 0.08, ("liam", "ada", "bruno", "emil", "ines", "jonas")),
    Place("launch-2025", "Done! Kept for the memories", 0.02, ("chloe", "ada", "bruno", "hana"), archived=True),
)
DIRECTS = (("ada", "bruno"), ("ada", "chloe"), ("ada", "goran", "kavya"), ("ines", "liam"))
DIRECT_SHARE = 0.05

# What stands for a word in braces in conversations.txt.
WORDS = {
    "thing": (
        "offline map", "route search", "elevation profile", "invite flow", "export", "sign-up page", "weather layer",
        "importer", "print view", "settings page", "notification e-mail", "onboarding", "tile cache", "billing page",
    ),
    "place": ("Porto", "Utrecht", "Ljubljana", "Kyoto", "Freiburg", "Ghent", "Girona", "Bergen"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "tomorrow", "next week"),
    "number": ("3", "4", "7", "12", "18", "25", "40", "64", "120", "350"),
    "percent": ("2 %", "5 %", "9 %", "14 %", "30 %", "half"),
    "food": ("pasta", "the Thai place", "falafel", "soup", "pizza", "the canteen", "ramen"),
    "file": ("`routes.py`", "`tiles.ts`", "`planner.py`", "`MapView.tsx`", "`geo/index.ts`", "`import_gpx.py`"),
    "error": ("`TimeoutError`", "a 502", "`KeyError: 'profile'`", "an empty page", "`ECONNRESET`", "a blank map"),
    "customer": ("the cycling club", "the city of Ghent", "a school", "two courier firms", "the tourist office"),
}  # fmt: skip
REACTIONS = ("👍", "🎉", "❤️", "😂", "👀", "🚀", "🙏", "✅")

"""Each kind of rule: what it takes (checked when it is kept) and what it then looks for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import msgspec
import re2
from msgspec import Meta

from core.errors import Invalid
from core.wire import In, validated
from messaging.links import host_of
from moderation.models.rules import RuleKind
from moderation.rules.subject import Subject, compared, unaccented

MOST_MEMORY = 32 * 1024 * 1024  # bytes for one compiled expression
Matcher = Callable[[Subject], str]  # what was found; "" for nothing
Word = Annotated[str, Meta(min_length=1, max_length=100)]
Expression = Annotated[str, Meta(min_length=1, max_length=500)]
Domain = Annotated[str, Meta(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+\Z", max_length=253)]
Times = Annotated[int, Meta(ge=1, le=1000)]
Seconds = Annotated[int, Meta(ge=1, le=86_400)]


class Words(In):
    """`whole`: not as a part of another word."""

    words: Annotated[list[Word], Meta(min_length=1, max_length=1000)]
    whole: bool = True


class Patterns(In):
    """RE2's expressions, which take no longer than the text is long."""

    patterns: Annotated[list[Expression], Meta(min_length=1, max_length=20)]


class Links(In):
    """More than `most` links, not counting those to `allowed` domains; or any to a denied one."""

    most: Annotated[int, Meta(ge=0, le=100)] = 0
    allowed: Annotated[list[Domain], Meta(max_length=200)] = []
    denied: Annotated[list[Domain], Meta(max_length=200)] = []


class Mentions(In):
    """More people named in one message than `most`, or calls in more than `times` messages within `seconds`."""

    most: Times = 5
    times: Times = 10
    seconds: Seconds = 60


class Repeats(In):
    """The same text more than `times` within `seconds`, wherever."""

    times: Times = 3
    seconds: Seconds = 60


class Newcomers(In):
    """What accounts younger than `hours` may not: links, files, mentions, or more than `messages` an hour (0: any number)."""

    hours: Annotated[int, Meta(ge=1, le=24 * 90)] = 24
    links: bool = True
    files: bool = False
    mentions: bool = False
    messages: Annotated[int, Meta(ge=0, le=1000)] = 0


Parameters = Words | Patterns | Links | Mentions | Repeats | Newcomers
SHAPES: dict[str, type[In]] = {
    RuleKind.WORDS: Words,
    RuleKind.PATTERN: Patterns,
    RuleKind.LINKS: Links,
    RuleKind.MENTIONS: Mentions,
    RuleKind.REPEATS: Repeats,
    RuleKind.NEWCOMERS: Newcomers,
}


def compiled(kind: str, parameters: object, rule_id: int) -> Matcher:
    """Return what looks for it; raise `Invalid` (`parameters`) that says what is wrong."""
    if not isinstance(parameters, dict):
        raise Invalid(fields={"parameters": ["Give a JSON object."]})
    try:
        wanted = validated(SHAPES[kind], parameters)
    except Invalid as refusal:
        raise Invalid(fields={"parameters": [refusal.message]}, message=refusal.message) from None
    return _BUILDERS[kind](wanted, f"rule.{rule_id}")


def read_parameters(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise Invalid(fields={"parameters": ["This is not JSON."]}) from None


def _words(wanted: Words, name: str) -> Matcher:
    forms = sorted({form for word in wanted.words if (form := compared(word))}, key=len, reverse=True)
    if not forms:
        raise Invalid(fields={"parameters": ["Give words with visible characters."]})
    expression = _any_of(forms, wanted.whole)
    plain = [form for form in forms if unaccented(form) == form]
    also = _any_of(plain, wanted.whole) if plain else None

    def match(subject: Subject) -> str:
        found = expression.search(subject.compared)
        if not found and also is not None and subject.seen != subject.compared:
            found = also.search(subject.seen)
        return str(found.group(1)) if found else ""

    return match


def _any_of(forms: list[str], whole: bool) -> re2._Regexp:
    either = "|".join(map(re2.escape, forms))
    return _expression(rf"(?:^|[^\pL\pN])({either})(?:[^\pL\pN]|$)" if whole else f"({either})")


def _patterns(wanted: Patterns, name: str) -> Matcher:
    expressions = [_expression(f"(?i){pattern}") for pattern in wanted.patterns]

    def match(subject: Subject) -> str:
        found = (expression.search(subject.text) for expression in expressions)
        return next((str(hit.group(0)) or "…" for hit in found if hit), "")

    return match


def _expression(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors, options.max_mem = False, MOST_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise Invalid(fields={"parameters": [f"This pattern cannot be used: {why}"]}) from None


def _links(wanted: Links, name: str) -> Matcher:
    def match(subject: Subject) -> str:
        hosts = [(link, host_of(link)) for link in subject.links]
        denied = [link for link, host in hosts if _within(host, wanted.denied)]
        strange = [link for link, host in hosts if not _within(host, wanted.allowed)]
        if denied:
            return denied[0]
        only_denied = wanted.denied and not wanted.allowed and wanted.most == 0
        return "" if only_denied or len(strange) <= wanted.most else strange[wanted.most]

    return match


def _within(host: str, domains: list[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _mentions(wanted: Mentions, name: str) -> Matcher:
    def match(subject: Subject) -> str:
        named = subject.mentions + subject.names_room
        if not named:
            return ""
        floods = subject.exceeds(name, wanted.times, wanted.seconds)
        return f"{named} mentions" if floods or subject.mentions > wanted.most else ""

    return match


def _repeats(wanted: Repeats, name: str) -> Matcher:
    def match(subject: Subject) -> str:
        digest = hashlib.blake2b(subject.compared.encode(), digest_size=12).hexdigest()
        again = subject.text and subject.exceeds(f"{name}.{digest}", wanted.times, wanted.seconds)
        return subject.text[:100] if again else ""

    return match


def _newcomers(wanted: Newcomers, name: str) -> Matcher:
    def match(subject: Subject) -> str:
        if subject.age >= timedelta(hours=wanted.hours):
            return ""
        if wanted.links and subject.links:
            return subject.links[0]
        if wanted.files and subject.has_files:
            return "files"
        if wanted.mentions and (subject.mentions or subject.names_room):
            return "mentions"
        return "messages" if wanted.messages and subject.exceeds(name, wanted.messages, 3600) else ""

    return match


_BUILDERS: dict[str, Callable[..., Matcher]] = {
    RuleKind.WORDS: _words,
    RuleKind.PATTERN: _patterns,
    RuleKind.LINKS: _links,
    RuleKind.MENTIONS: _mentions,
    RuleKind.REPEATS: _repeats,
    RuleKind.NEWCOMERS: _newcomers,
}

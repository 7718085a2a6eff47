"""What people may be called, and names as they are compared: without regard to case, width and look-alikes."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.look_alikes import plain
from core.errors import Invalid

USERNAME_LENGTH = range(2, 33)
MOST_EMAIL = 254
MOST_DISPLAY_NAME = 50
MOST_STATUS_TEXT = 100
MOST_MARKS = 4  # accents on one letter; more is a way to draw over other people's lines
PUNCTUATION = "._-"
RESERVED = ("room", "everyone", "here", "all", "me", "system")
# Scripts that are written together, named as in Unicode's character names.
JAPANESE = {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"}
KOREAN = {"HANGUL", "CJK", "IDEOGRAPHIC"}
# Letters and symbols that show nothing: Hangul fillers, Khmer's inherent vowels, the grapheme joiner, blank Braille.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
JOINERS = "\u200c\u200d"  # Persian and Indic spelling, emoji of several parts
SPACES = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
SAME_GLYPH = str.maketrans("01", "ol")


def username_key(username: str) -> str:
    """Return what is unique about a username: `b0b`, `вob` and `adrnin` are the names they pretend to be."""
    return plain(folded(username)).casefold().translate(SAME_GLYPH).replace("rn", "m").replace("vv", "w")[:64]


def email_key(email: str) -> str:
    """Return what is unique about an address. ASCII stays as it is: `rn` and `m` are different people's mailboxes."""
    return plain(folded(email.strip())).casefold()[:254]


def folded(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.casefold()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in folded if not _is_unseen(char))


def _is_unseen(char: str) -> bool:
    """Controls, direction and zero-width characters, half surrogates, unassigned ones, line separators, blanks."""
    return char in BLANK or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_username(given: str) -> str:
    """Return the username as it is kept; raise `Invalid` with the reason."""
    username = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", given.strip()).casefold())
    if len(username) not in USERNAME_LENGTH:
        raise _refused("username", "Use 2 to 32 characters.")
    if not all(char in PUNCTUATION or _is_letter(char) for char in username):
        raise _refused("username", "Use letters, digits and . _ - only.")
    if username[0] in PUNCTUATION or username[-1] in PUNCTUATION or unicodedata.category(username[0])[0] == "M":
        raise _refused("username", "Begin and end with a letter or digit.")
    if not _is_one_script(username):
        raise _refused("username", "Use the letters of one script only.")
    if username_key(username) in _reserved_keys:
        raise _refused("username", "This name is reserved.")
    return username


_reserved_keys = frozenset(map(username_key, RESERVED))


def _is_letter(char: str) -> bool:
    category = unicodedata.category(char)
    return char not in BLANK and (category[0] in "LM" or category == "Nd")


def _is_one_script(username: str) -> bool:
    scripts = {_script(char) for char in username if not (char.isascii() and not char.isalpha())}
    return len(scripts) <= 1 or scripts <= JAPANESE or scripts <= KOREAN


def _script(char: str) -> str:
    return re.split("[ -]", unicodedata.name(char, ""), maxsplit=1)[0]


def clean_email(given: str) -> str:
    email = unicodedata.normalize("NFKC", given.strip())
    if len(email) > MOST_EMAIL:
        raise _refused("email", f"Use at most {MOST_EMAIL} characters.")
    try:
        validate_email(email)
    except ValidationError:
        raise _refused("email", "This is not an e-mail address.") from None
    return email


def clean_display_name(given: str) -> str:
    name = _one_line("display_name", given)
    if not 1 <= len(name) <= MOST_DISPLAY_NAME:
        raise _refused("display_name", f"Use 1 to {MOST_DISPLAY_NAME} visible characters.")
    return name


def clean_status_text(given: str) -> str:
    text = _one_line("status_text", given)
    if len(text) > MOST_STATUS_TEXT:
        raise _refused("status_text", f"Use at most {MOST_STATUS_TEXT} characters.")
    return text


def _one_line(field: str, given: str) -> str:
    """Return a text for people in one line, with nothing in it that hides, turns around or piles up."""
    text = SPACES.sub(" ", unicodedata.normalize("NFC", given)).strip(" ")
    if any(_is_unseen(char) and not _joins(text, index) for index, char in enumerate(text)):
        raise _refused(field, "Leave out characters that cannot be seen.")
    if _marks_pile_up(text):
        raise _refused(field, "Use fewer accents on one letter.")
    return text


def _joins(text: str, index: int) -> bool:
    """Joiners are meant only between two characters that can be joined; elsewhere they make two names look the same."""
    around = text[index - 1 : index] + text[index + 1 : index + 2]
    return (
        text[index] in JOINERS and len(around) == 2 and not any(char.isascii() or _is_unseen(char) for char in around)
    )


def _marks_pile_up(text: str) -> bool:
    run = 0
    for index, char in enumerate(text):
        run = run + 1 if unicodedata.category(char)[0] == "M" else 0
        if run > MOST_MARKS or run == index + 1:
            return True
    return False


def _refused(field: str, *reasons: str) -> Invalid:
    return Invalid(fields={field: reasons}, message=f"{field}: {reasons[0]}")

"""Translators that know the rule of a task that writes, and read nothing but the text of the source.

They are the second source: dates are read by the standard library, and French is written out again here, form by form.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

LAYOUTS = (
    *("the # of %B %Y", "# %B %Y", "%B #, %Y", "%A the # of %B %Y"),
    *("%d %B %Y", "%B %d, %Y", "%A %d %B %Y", "%A, %B %d, %Y", "%a %d %b %Y"),
    *("%d-%b-%Y", "%Y %B %d", "%d.%m.%Y"),
)
"""What `datetime.strptime` is told; # is a day with its ending."""


def reversal(text: str) -> str:
    return " ".join(reversed(text.split()))


def dates(text: str) -> str:
    """The one day that the standard library finds; a weekday must be right, since it does not check that."""
    layouts = (layout.replace("#", f"%d{end}") for layout in LAYOUTS for end in ORDINALS)
    found = {day for layout in layouts if (day := strptime(text, layout)) is not None}
    (day,) = found
    weekdays = {name for name in WEEKDAYS if name[:3] in text.replace(",", " ").split()[0]}
    assert weekdays <= {WEEKDAYS[day.weekday()]}
    return day.strftime("%Y-%m-%d")


def strptime(text: str, layout: str) -> datetime | None:
    try:
        return datetime.strptime(text, layout)
    except ValueError:
        return None


ORDINALS = ("st", "nd", "rd", "th")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

NOUNS = {
    "cat": "le chat",
    "cats": "les chats",
    "dog": "le chien",
    "dogs": "les chiens",
    "rabbit": "le lapin",
    "rabbits": "les lapins",
    "horse": "le cheval",
    "horses": "les chevaux",
    "fox": "le renard",
    "foxes": "les renards",
    "wolf": "le loup",
    "wolves": "les loups",
    "cow": "la vache",
    "cows": "les vaches",
    "goat": "la chèvre",
    "goats": "les chèvres",
    "mouse": "la souris",
    "mice": "les souris",
    "hen": "la poule",
    "hens": "les poules",
    "turtle": "la tortue",
    "turtles": "les tortues",
    "frog": "la grenouille",
    "frogs": "les grenouilles",
}
FEMININE = {"vache", "chèvre", "souris", "poule", "tortue", "grenouille"}
ADJECTIVES = {  # le, la, les (masculine), les (feminine)
    "small": "petit petite petits petites",
    "big": "grand grande grands grandes",
    "old": "vieux vieille vieux vieilles",
    "young": "jeune jeune jeunes jeunes",
    "beautiful": "beau belle beaux belles",
    "red": "rouge rouge rouges rouges",
    "black": "noir noire noirs noires",
    "white": "blanc blanche blancs blanches",
    "grey": "gris grise gris grises",
    "green": "vert verte verts vertes",
}
COLOURS = {"red", "black", "white", "grey", "green"}
VERBS = {
    "sleeps": "dort",
    "sleep": "dorment",
    "sings": "chante",
    "sing": "chantent",
    "runs": "court",
    "run": "courent",
    "dances": "danse",
    "dance": "dansent",
    "dreams": "rêve",
    "dream": "rêvent",
    "laughs": "rit",
    "laugh": "rient",
    "sees": "voit",
    "see": "voient",
    "follows": "suit",
    "follow": "suivent",
    "finds": "trouve",
    "find": "trouvent",
    "loves": "aime",
    "love": "aiment",
}


def phrases(text: str) -> str:
    """Read from left to right; what stands between "the" and its noun waits for the noun."""
    said: list[str] = []
    waiting: list[str] = []
    for word in text.split():
        if word in ADJECTIVES:
            waiting.append(word)
        elif word in NOUNS:
            article, noun = NOUNS[word].split()
            feminine = noun in FEMININE or noun.removesuffix("s") in FEMININE
            form = 2 * (article == "les") + feminine
            forms = [(ADJECTIVES[w].split()[form], w in COLOURS) for w in waiting]
            said += [article, *(f for f, colour in forms if not colour), noun]
            said += [form for form, colour in forms if colour]
            waiting = []
        elif word == "and":
            said.append("et")
        elif word != "the":
            said.append(VERBS[word])
    return " ".join(said)


TRANSLATORS: dict[str, Callable[[str], str]] = {
    "reversal": reversal,
    "dates": dates,
    "phrases": phrases,
}
"""The text of a source -> the text that is to be written."""


def item(task: str, source: str) -> str:
    """What training and test must not share: the source; of dates the calendar day, however it is written."""
    return dates(source) if task == "dates" else source

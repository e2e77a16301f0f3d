"""A little English and its French: whole clauses with articles, adjectives, nouns and verbs that agree.

French says what English leaves open: an article and an adjective have the gender and number of their noun, the
small red houses → les petites maisons rouges. A few adjectives stand before the noun (age, size, beauty), colours
and most others behind it. Here no noun and no adjective before a noun begins with a vowel or a mute h. So nothing is elided (l'homme)
and no adjective has its other form (un vieil ami, un bel arbre).
"""

from __future__ import annotations

MASCULINE, FEMININE = 0, 2
"""Forms stand in the order masculine, masculine plural, feminine, feminine plural: the form is gender + number."""
ONE, MANY = 0, 1

ARTICLES = ("le", "les", "la", "les")

NOUNS: dict[tuple[str, str], tuple[int, tuple[str, str]]] = {
    ("cat", "cats"): (MASCULINE, ("chat", "chats")),
    ("dog", "dogs"): (MASCULINE, ("chien", "chiens")),
    ("rabbit", "rabbits"): (MASCULINE, ("lapin", "lapins")),
    ("horse", "horses"): (MASCULINE, ("cheval", "chevaux")),
    ("fox", "foxes"): (MASCULINE, ("renard", "renards")),
    ("wolf", "wolves"): (MASCULINE, ("loup", "loups")),
    ("cow", "cows"): (FEMININE, ("vache", "vaches")),
    ("goat", "goats"): (FEMININE, ("chèvre", "chèvres")),
    ("mouse", "mice"): (FEMININE, ("souris", "souris")),
    ("hen", "hens"): (FEMININE, ("poule", "poules")),
    ("turtle", "turtles"): (FEMININE, ("tortue", "tortues")),
    ("frog", "frogs"): (FEMININE, ("grenouille", "grenouilles")),
}
"""English singular and plural -> gender, French singular and plural."""

BEFORE: dict[str, tuple[str, str, str, str]] = {
    "small": ("petit", "petits", "petite", "petites"),
    "big": ("grand", "grands", "grande", "grandes"),
    "old": ("vieux", "vieux", "vieille", "vieilles"),
    "young": ("jeune", "jeunes", "jeune", "jeunes"),
    "beautiful": ("beau", "beaux", "belle", "belles"),
}
"""Adjectives that stand before the noun in French, too."""

BEHIND: dict[str, tuple[str, str, str, str]] = {
    "red": ("rouge", "rouges", "rouge", "rouges"),
    "black": ("noir", "noirs", "noire", "noires"),
    "white": ("blanc", "blancs", "blanche", "blanches"),
    "grey": ("gris", "gris", "grise", "grises"),
    "green": ("vert", "verts", "verte", "vertes"),
}
"""Adjectives that stand behind the noun in French."""

ALONE: dict[tuple[str, str], tuple[str, str]] = {
    ("sleeps", "sleep"): ("dort", "dorment"),
    ("sings", "sing"): ("chante", "chantent"),
    ("runs", "run"): ("court", "courent"),
    ("dances", "dance"): ("danse", "dansent"),
    ("dreams", "dream"): ("rêve", "rêvent"),
    ("laughs", "laugh"): ("rit", "rient"),
}
"""Verbs without an object: singular and plural in English and in French."""

WITH_OBJECT: dict[tuple[str, str], tuple[str, str]] = {
    ("sees", "see"): ("voit", "voient"),
    ("follows", "follow"): ("suit", "suivent"),
    ("finds", "find"): ("trouve", "trouvent"),
    ("loves", "love"): ("aime", "aiment"),
}
"""Verbs with an object."""

THE, AND, ET = "the", "and", "et"

ENGLISH: tuple[str, ...] = (
    *(THE, AND),
    *(form for forms in NOUNS for form in forms),
    *(*BEFORE, *BEHIND),
    *(form for forms in (*ALONE, *WITH_OBJECT) for form in forms),
)
FRENCH: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *ARTICLES,
            ET,
            *(form for _, forms in NOUNS.values() for form in forms),
            *(form for forms in (*BEFORE.values(), *BEHIND.values()) for form in forms),
            *(form for forms in (*ALONE.values(), *WITH_OBJECT.values()) for form in forms),
        )
    )
)

_NOUN = {
    word: (gender, number, french[number])
    for english, (gender, french) in NOUNS.items()
    for number, word in enumerate(english)
}
_VERB = {
    word: (number, french[number], english in WITH_OBJECT)
    for english, french in (ALONE | WITH_OBJECT).items()
    for number, word in enumerate(english)
}


def in_french(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """English clauses joined by "and", in French; None for what is none, or does not agree."""
    clauses: list[list[str]] = [[]]
    for word in words:
        if word == AND:
            clauses.append([])
        else:
            clauses[-1].append(word)
    said: list[str] = []
    for english in clauses:
        french = _clause(english)
        if french is None:
            return None
        said += [ET, *french] if said else french
    return tuple(said)


def _clause(words: list[str]) -> list[str] | None:
    """One clause: a subject, a verb that agrees with it, and an object where the verb has one."""
    place = next((at for at, word in enumerate(words) if word in _VERB), None)
    subject = None if place is None else _noun_phrase(words[:place])
    if place is None or subject is None:
        return None
    number, verb, takes_object = _VERB[words[place]]
    if subject[0] != number:
        return None
    if not takes_object:
        return [*subject[1], verb] if place == len(words) - 1 else None
    thing = _noun_phrase(words[place + 1 :])
    return None if thing is None else [*subject[1], verb, *thing[1]]


def _noun_phrase(words: list[str]) -> tuple[int, list[str]] | None:
    """ "the (small) (red) house" -> its number, and "la petite maison rouge"."""
    if len(words) < 2 or words[0] != THE or words[-1] not in _NOUN:
        return None
    gender, number, noun = _NOUN[words[-1]]
    form = gender + number
    before = [BEFORE[word][form] for word in words[1:-1] if word in BEFORE]
    behind = [BEHIND[word][form] for word in words[1:-1] if word in BEHIND]
    ordered = [word for known in (BEFORE, BEHIND) for word in words[1:-1] if word in known]
    if ordered != words[1:-1] or len(before) > 1 or len(behind) > 1:
        return None
    return number, [ARTICLES[form], *before, noun, *behind]

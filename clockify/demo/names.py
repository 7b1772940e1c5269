"""Names for people who do not exist."""

TEAM = (
    "Ana Kovač",
    "Ben Osei",
    "Carla Ruiz",
    "David Lindqvist",
    "Elif Demir",
    "Filip Novak",
    "Grace Okafor",
    "Hugo Martin",
    "Ivana Petrović",
)
FORMER = "Jonas Weber"

_FIRST = (
    *("Lena", "Marek", "Nadia", "Oskar", "Paula", "Quentin", "Rosa", "Samir", "Tea", "Umar", "Vera", "Willem"),
    *("Xenia", "Yusuf", "Zora", "Aiko", "Bruno", "Chiara", "Dario", "Emeka"),
)
_LAST = (
    *("Abbot", "Bianchi", "Costa", "Dvořák", "Eriksen", "Fischer", "García", "Horvat", "Ilić", "Jansen", "Kaya"),
    *("Lund", "Moreau", "Nagy", "Okoye", "Popescu", "Quist", "Rossi", "Silva", "Tanaka", "Ueda", "Vidal", "Weiss"),
)


def people(count: int) -> list[str]:
    """Return that many different names, the team of nine first."""
    names = list(TEAM[:count])
    for number in range(count - len(names)):
        round_, index = divmod(number, len(_FIRST) * len(_LAST))
        first, last = _FIRST[index % len(_FIRST)], _LAST[(index + index // len(_FIRST)) % len(_LAST)]
        names.append(f"{first} {last}" + (f" {round_ + 2}" if round_ else ""))
    return names


def email(name: str) -> str:
    """Return a reserved address for a name."""
    plain = name.lower().translate(str.maketrans("čćřáíł", "ccrail"))
    return f"{plain.replace(' ', '.')}@studio-meridian.example"

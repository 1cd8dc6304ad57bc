"""The words of the page that explains a paper, in Bokmål and Nynorsk."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.documents.origins import Kind


@dataclass(frozen=True)
class Words:
    """Everything the page says of itself in one language; braces are filled in."""

    title: str
    lead: str
    proof: str
    fault: str
    pages: str
    page: str
    picture: str
    table: str
    caption: str
    headers: tuple[str, ...]
    value: str
    placeholder: str
    origin: str
    problem: str
    back: str
    nowhere: str
    ticks: dict[str, str]
    kinds: dict[Kind, str]


WORDS = {
    "nb": Words(
        title="Hvor verdiene i «{title}» kommer fra",
        lead="Hver markering på sidene er en verdi som er satt inn for {municipality}. Pek på en verdi, eller gå til "
        "den med tabulatortasten, for å se hvor den kommer fra. Velg den for å komme til raden i tabellen nederst.",
        proof="Alle de {count} verdiene er funnet igjen i den ferdige PDF-en.",
        fault="{wrong} av de {count} verdiene står ikke som de skal i den ferdige PDF-en. De er røde, og tabellen sier "
        "hva som er galt.",
        pages="Sidene",
        page="Side {number} av {count}",
        picture="Bilde av side {number}. Verdiene på siden følger som lenker.",
        table="Alle verdiene",
        caption="Velg nummeret for å se verdien på siden.",
        headers=("Nr.", "Verdi", "Plassholder", "Kommer fra", "Side"),
        value="Verdi",
        placeholder="Plassholder",
        origin="Kommer fra",
        problem="Galt",
        back="Vis verdi {number} på siden",
        nowhere="ikke funnet",
        ticks={"true": "krysset av", "false": "ikke krysset av"},
        kinds={
            "municipality": "kommunens opplysninger",
            "register": "kommuneregisteret",
            "programme": "programmets parter og priser",
            "texts": "tekstene ved siden av malen",
            "template": "dokumentets erklæring",
            "package": "pakken",
            "run": "kjøringen",
            "calculated": "regnet ut",
        },
    ),
    "nn": Words(
        title="Kvar verdiane i «{title}» kjem frå",
        lead="Kvart merke på sidene er ein verdi som er sett inn for {municipality}. Peik på ein verdi, eller gå til "
        "han med tabulatortasten, for å sjå kvar han kjem frå. Vel han for å kome til rada i tabellen nedst.",
        proof="Alle dei {count} verdiane er funne att i den ferdige PDF-en.",
        fault="{wrong} av dei {count} verdiane står ikkje som dei skal i den ferdige PDF-en. Dei er raude, og "
        "tabellen seier kva som er gale.",
        pages="Sidene",
        page="Side {number} av {count}",
        picture="Bilete av side {number}. Verdiane på sida følgjer som lenkjer.",
        table="Alle verdiane",
        caption="Vel nummeret for å sjå verdien på sida.",
        headers=("Nr.", "Verdi", "Plasshaldar", "Kjem frå", "Side"),
        value="Verdi",
        placeholder="Plasshaldar",
        origin="Kjem frå",
        problem="Gale",
        back="Vis verdi {number} på sida",
        nowhere="ikkje funnen",
        ticks={"true": "kryssa av", "false": "ikkje kryssa av"},
        kinds={
            "municipality": "opplysningane til kommunen",
            "register": "kommuneregisteret",
            "programme": "partane og prisane til programmet",
            "texts": "tekstane ved sida av malen",
            "template": "erklæringa til dokumentet",
            "package": "pakken",
            "run": "køyringa",
            "calculated": "rekna ut",
        },
    ),
}

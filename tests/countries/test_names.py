"""Names of the field: members of OGP, and those that public matchers get wrong."""

import subprocess
import sys

import pandas as pd
import pytest

from civic_tracker.countries import all_territories, match, match_many, territory
from civic_tracker.errors import UsageError

OGP_MEMBERS = """
AFG Afghanistan|Afganistán|Afghanistan
ALB Albania|Albania|Albanie
ARG Argentina|Argentina|Argentine
ARM Armenia|Armenia|Arménie
AUS Australia|Australia|Australie
AZE Azerbaijan|Azerbaiyán|Azerbaïdjan
BEN Benin|Benín|Bénin
BIH Bosnia and Herzegovina|Bosnia y Herzegovina|Bosnie-Herzégovine
BRA Brazil|Brasil|Brésil
BGR Bulgaria|Bulgaria|Bulgarie
BFA Burkina Faso|Burkina Faso|Burkina Faso
CPV Cabo Verde|Cabo Verde|Cap-Vert
CAN Canada|Canadá|Canada
CHL Chile|Chile|Chili
COL Colombia|Colombia|Colombie
CRI Costa Rica|Costa Rica|Costa Rica
CIV Côte d'Ivoire|Costa de Marfil|Côte d’Ivoire
HRV Croatia|Croacia|Croatie
CZE Czech Republic|República Checa|République tchèque
DNK Denmark|Dinamarca|Danemark
DOM Dominican Republic|República Dominicana|République dominicaine
ECU Ecuador|Ecuador|Équateur
SLV El Salvador|El Salvador|Salvador
EST Estonia|Estonia|Estonie
FIN Finland|Finlandia|Finlande
FRA France|Francia|France
GEO Georgia|Georgia|Géorgie
DEU Germany|Alemania|Allemagne
GHA Ghana|Ghana|Ghana
GRC Greece|Grecia|Grèce
GTM Guatemala|Guatemala|Guatemala
HND Honduras|Honduras|Honduras
HUN Hungary|Hungría|Hongrie
IDN Indonesia|Indonesia|Indonésie
IRL Ireland|Irlanda|Irlande
ISR Israel|Israel|Israël
ITA Italy|Italia|Italie
JAM Jamaica|Jamaica|Jamaïque
JOR Jordan|Jordania|Jordanie
KEN Kenya|Kenia|Kenya
XKX Kosovo|Kosovo|Kosovo
KGZ Kyrgyz Republic|República Kirguisa|République kirghize
LVA Latvia|Letonia|Lettonie
LBR Liberia|Liberia|Libéria
LTU Lithuania|Lituania|Lituanie
LUX Luxembourg|Luxemburgo|Luxembourg
MWI Malawi|Malaui|Malawi
MLT Malta|Malta|Malte
MEX Mexico|México|Mexique
MDA Moldova|Moldavia|Moldavie
MNG Mongolia|Mongolia|Mongolie
MNE Montenegro|Montenegro|Monténégro
MAR Morocco|Marruecos|Maroc
NLD Netherlands|Países Bajos|Pays-Bas
NZL New Zealand|Nueva Zelandia|Nouvelle-Zélande
NGA Nigeria|Nigeria|Nigéria
MKD North Macedonia|Macedonia del Norte|Macédoine du Nord
NOR Norway|Noruega|Norvège
PAK Pakistan|Pakistán|Pakistan
PAN Panama|Panamá|Panama
PNG Papua New Guinea|Papúa Nueva Guinea|Papouasie-Nouvelle-Guinée
PRY Paraguay|Paraguay|Paraguay
PER Peru|Perú|Pérou
PHL Philippines|Filipinas|Philippines
PRT Portugal|Portugal|Portugal
KOR Republic of Korea|República de Corea|République de Corée
ROU Romania|Rumania|Roumanie
RUS Russia|Rusia|Russie
SEN Senegal|Senegal|Sénégal
SRB Serbia|Serbia|Serbie
SYC Seychelles|Seychelles|Seychelles
SLE Sierra Leone|Sierra Leona|Sierra Leone
SVK Slovak Republic|República Eslovaca|République slovaque
ZAF South Africa|Sudáfrica|Afrique du Sud
ESP Spain|España|Espagne
LKA Sri Lanka|Sri Lanka|Sri Lanka
SWE Sweden|Suecia|Suède
TZA Tanzania|Tanzania|Tanzanie
TLS Timor-Leste|Timor Oriental|Timor oriental
TTO Trinidad and Tobago|Trinidad y Tobago|Trinité-et-Tobago
TUN Tunisia|Túnez|Tunisie
TUR Turkey|Turquía|Turquie
UKR Ukraine|Ucrania|Ukraine
GBR United Kingdom|Reino Unido|Royaume-Uni
USA United States|Estados Unidos|États-Unis
URY Uruguay|Uruguay|Uruguay
"""
MEMBER_NAMES = [
    (line[:3], name) for line in OGP_MEMBERS.strip().splitlines() for name in dict.fromkeys(line[4:].split("|"))
]


@pytest.mark.parametrize(("iso3", "name"), MEMBER_NAMES)
def test_every_name_of_an_ogp_member_is_right(iso3: str, name: str) -> None:
    assert match(name).iso3 == iso3
    assert match(name.upper()).iso3 == iso3


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Corea del Norte", "PRK"),
        ("Korea, Dem. People's Rep.", "PRK"),
        ("Korea, Rep. of", "KOR"),
        ("Congo, Democratic Republic of the", "COD"),
        ("Congo (Brazzaville)", "COG"),
        ("Republic of Chad", "TCD"),
        ("Bahamas (the)", "BHS"),
        ("SaudiArabia", "SAU"),
        ("St Kitts & Nevis", "KNA"),
        ("Denmark*", "DNK"),
        ("Serbia 1/", "SRB"),
        ("AUT: Austria", "AUT"),
        ("CÃ´te d'Ivoire", "CIV"),
        ("R?union", "REU"),
        ("American Samoa (US)", "ASM"),
        ("Martinique, France", "MTQ"),
        ("Hong Kong, China", "HKG"),
        ("Burma/Myanmar", "MMR"),
        ("China excluding Hong Kong", "CHN"),
        ("Kosovo (Serbia)", "XKX"),
        ("Kosovo (under UNSC resolution 1244)", "XKX"),
        ("Guinea", "GIN"),
        ("Netherlands (Kingdom of the)", "NLD"),
        ("Egypt エジプト", "EGY"),
        ("GB", "GBR"),
        ("UK", "GBR"),
        ("EL", "GRC"),
        ("XK", "XKX"),
        ("KOS", "XKX"),
    ],
)
def test_names_that_other_matchers_confuse(name: str, iso3: str) -> None:
    assert match(name).iso3 == iso3


@pytest.mark.parametrize(
    ("name", "reason", "meant"),
    [
        ("Congo", "ambiguous", {"COD", "COG"}),
        ("Korea", "ambiguous", {"KOR", "PRK"}),
        ("Virgin Islands", "ambiguous", {"VIR", "VGB"}),
        ("Micronesia", "ambiguous", {"FSM"}),
        ("Colombia; Italy", "ambiguous", {"COL", "ITA"}),
        ("Bolivia Peru", "ambiguous", {"BOL", "PER"}),
        ("Serbia and Kosovo", "ambiguous", {"SRB", "XKX"}),
        ("China and Taiwan", "ambiguous", {"CHN", "TWN"}),
        ("Czechoslovakia", "historical", {"CZE", "SVK"}),
        ("Union of Soviet Socialist Republics [former]", "historical", {"RUS", "UKR"}),
        ("Netherlands Antilles (The Netherlands)", "historical", {"CUW", "SXM"}),
        ("East Germany", "historical", {"DEU"}),
        ("Scotland", "part_of", {"GBR"}),
        ("Georgia (US)", "part_of", {"USA"}),
        ("London, United Kingdom", "part_of", {"GBR"}),
        ("Iraq (Kurdistan Region)", "part_of", {"IRQ"}),
        ("Eastern Europe", "not_a_country", set()),
        ("No", "not_a_country", set()),
        ("Asia excluding Japan", "not_a_country", set()),
        ("Upper middle income", "not_a_country", set()),
        ("Atlantia", "unknown", set()),
    ],
)
def test_what_is_not_one_country_is_refused(name: str, reason: str, meant: set[str]) -> None:
    found = match(name)
    assert (found.iso3, found.reason) == (None, reason)
    assert meant <= {suggestion.iso3 for suggestion in found.suggestions}


def test_a_part_is_its_parent_only_when_asked_for() -> None:
    found = match("Scotland")
    assert (found.iso3, found.parent) == (None, "GBR")
    assert found.folded().iso3 == "GBR"
    assert match("Czechoslovakia").folded().iso3 is None


def test_a_dissolved_state_says_what_became_of_it() -> None:
    assert match("Serbia and Montenegro").became == ("SRB", "MNE")


def test_languages_limit_the_names() -> None:
    assert match("Deutschland").iso3 == "DEU"
    assert match("Deutschland", languages=["es", "fr"]).iso3 is None
    assert match("Alemania", languages=["es", "fr"]).iso3 == "DEU"


def test_a_match_knows_the_canonical_names() -> None:
    found = match("Rép. tchèque").territory
    assert found is not None
    assert (found.name_en, found.name_es, found.name_fr, found.iso2) == ("Czechia", "Chequia", "Tchéquie", "CZ")


def test_territories_are_iso_3166_and_kosovo() -> None:
    assert len(all_territories()) == 250
    assert territory("xk").iso3 == "XKX"
    with pytest.raises(UsageError, match="'QQ'"):
        territory("QQ")


def test_a_series_with_empty_cells() -> None:
    found = match_many(pd.Series(["Peru", None, float("nan"), "Peru"]))
    assert [answer.iso3 for answer in found] == ["PER", None, None, "PER"]


def test_the_import_does_not_load_pandas() -> None:
    asked = "import sys, civic_tracker.countries; print('pandas' in sys.modules, 'pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == ["False", "False"]

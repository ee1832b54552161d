"""Three languages throughout: nothing lacks a translation, and dates, numbers, lists and names follow each language."""

import importlib.util
import re
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import jinja2
import pytest
from babel.messages.pofile import read_po

from civic_tracker import countries
from civic_tracker.building.figures import indicators
from civic_tracker.declared import members
from civic_tracker.declared.sources import all_sources
from civic_tracker.declared.vocabulary import liberties
from civic_tracker.errors import UsageError
from civic_tracker.model import schema
from civic_tracker.model.changes import Kind
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.periods import Period
from civic_tracker.words.languages import LOCALES, SOURCE, WORDS, Language, available, language, read_language
from tests.support.examples import an_observation

ON = date(2020, 5, 15)
ROOT = Path(__file__).parents[2]
TRANSLATED = [code for code in available() if code != SOURCE]


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "scripts" / "translations.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["translations"] = module
    spec.loader.exec_module(module)
    return module


script: Any = _script()


def _file(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "civic_tracker.po"
    path.write_text(text, encoding="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale="es")


def test_there_are_english_spanish_and_french() -> None:
    assert available()[0] == SOURCE
    assert {"en", "es", "fr"} <= set(available())


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no language 'xx'.*en, es, fr"):
        language("xx")


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_missing_empty_fuzzy_obsolete_or_has_other_placeholders(code: str) -> None:
    assert script.shortcomings(code, script.read(code)) == [], "mend it: scripts/translations.py, docs/translating.md"


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_file_is_as_the_script_writes_it(code: str) -> None:
    text, left_out = script.updated(code, script.read(code))
    path = LOCALES / code / "LC_MESSAGES" / "civic_tracker.po"
    assert path.read_text(encoding="utf-8") == text, "run scripts/translations.py"
    assert left_out == []
    assert "\n#: " not in text, "no places, which change with every edit"
    assert "Date:" not in text, "no time of day"


def test_the_messages_of_the_code_of_the_templates_and_of_the_vocabulary_are_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "a.py").write_text("say.pgettext('sheet', 'Found in code')\n", encoding="utf-8")
    (tmp_path / "templates" / "report.html.j2").write_text("{{ _('Found in a template') }}", encoding="utf-8")
    monkeypatch.setattr(script, "PACKAGE", tmp_path)
    found = script.messages("es")
    assert ("sheet", "Found in code", "") in found
    assert ("", "Found in a template", "") in found
    assert ("instrument", "Law", "") in found
    assert ("licence", "none stated", "") in found


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('msgctxt "instrument"\nmsgid "Law"\nmsgstr ""\n', "is empty: 'Law'"),
        ('#, fuzzy\nmsgctxt "instrument"\nmsgid "Law"\nmsgstr "Ley"\n', "is marked fuzzy: 'Law'"),
        ('msgid "Nobody says so"\nmsgstr "Nadie"\n', "is no longer used: 'Nobody says so'"),
        ('#~ msgid "Formerly said"\n#~ msgstr "Antes"\n', "is no longer used: 'Formerly said'"),
        ('msgid "Licence: {name}."\nmsgstr "Licencia: {nombre}."\n', "has other {placeholders}: 'Licence: {name}.'"),
        ('msgid "{n} row"\nmsgid_plural "{n} rows"\nmsgstr[0] "{n} fila"\nmsgstr[1] "filas"\n', "{placeholders}"),
        ('msgid "{n} row"\nmsgid_plural "{n} rows"\nmsgstr[0] "{n} fila"\nmsgstr[1] ""\n', "is empty: '{n} row'"),
    ],
)
def test_what_is_wrong_with_a_translation_is_said(tmp_path: Path, entry: str, complaint: str) -> None:
    lines = script.shortcomings("es", _file(tmp_path, f'msgid ""\nmsgstr ""\n"Language: es\\n"\n\n{entry}'))
    assert any(complaint in line for line in lines), lines
    assert "is missing: 'Yes'" not in lines
    assert any(line.startswith("is missing") for line in lines)


def test_a_changed_message_loses_its_translation_and_the_script_hands_it_back(tmp_path: Path) -> None:
    text = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n\nmsgid "Formerly said"\nmsgstr "Antes"\n'
    made, left_out = script.updated("es", _file(tmp_path, text))
    assert [(one.id, one.string) for one in left_out] == [("Formerly said", "Antes")]
    assert "Formerly said" not in made


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("instrument", schema.Instrument),
        ("effect", schema.Effect),
        ("stage", schema.Stage),
        ("status", schema.Status),
        ("coverage", schema.CoverageState),
        ("membership", schema.MembershipState),
        ("evidence", schema.Evidence),
        ("record kind", schema.RecordKind),
        ("basis", schema.Basis),
        ("answer", schema.YesNoUnknown),
        ("change", Kind),
    ],
)
def test_every_code_of_the_schema_has_a_word_in_every_language(kind: str, codes: Any) -> None:
    assert set(get_args(codes)) <= WORDS[kind].keys()
    for code in TRANSLATED:
        words = [language(code).word(kind, one) for one in get_args(codes)]
        assert all(words)
        assert ("", *words) != ("", *map(WORDS[kind].__getitem__, get_args(codes))), "some word differs from English"


def test_a_score_stands_for_itself_and_an_unknown_kind_is_a_mistake() -> None:
    assert language("es").word("assessment", "+2") == "+2"
    with pytest.raises(KeyError):
        language("es").word("weather", "rain")


@pytest.mark.parametrize(
    ("code", "first", "day", "month", "year"),
    [
        ("en", "1 August 2020", "27 March 2020", "March 2020", "2020"),
        ("es", "1 de agosto de 2020", "27 de marzo de 2020", "marzo de 2020", "2020"),
        ("fr", "1er août 2020", "27 mars 2020", "mars 2020", "2020"),
    ],
)
def test_dates_are_as_precise_as_they_are_known(code: str, first: str, day: str, month: str, year: str) -> None:
    say = language(code)
    assert say.date(date(2020, 8, 1)) == first
    assert say.date(PartialDate(2020, 3, 27)) == day
    assert say.date(PartialDate(2020, 3)) == month
    assert say.date(PartialDate(2020)) == year
    assert say.date(None) == ""


@pytest.mark.parametrize(
    ("code", "quarter", "interval"),
    [
        ("en", "3rd quarter 2020", "March 2020 to 30 June 2021"),
        ("es", "3.er trimestre de 2020", "marzo de 2020 – 30 de junio de 2021"),
        ("fr", "3e trimestre 2020", "mars 2020 – 30 juin 2021"),
    ],
)
def test_quarters_and_intervals(code: str, quarter: str, interval: str) -> None:
    assert language(code).period(Period.from_iso("2020-Q3")) == quarter
    assert language(code).period(Period.from_iso("2020-03/2021-06-30")) == interval


@pytest.mark.parametrize(
    ("code", "large", "small"),
    [("en", "1,234,567", "0.25"), ("es", "1.234.567", "0,25"), ("fr", "1\u202f234\u202f567", "0,25")],
)
def test_numbers(code: str, large: str, small: str) -> None:
    assert language(code).number(1_234_567) == large
    assert language(code).number(0.25) == small


def test_figures_have_three_digits_and_words_stay_as_published() -> None:
    say = language("fr")
    assert say.figure(an_observation(value=0.291841957, value_as_written="0.291841957")) == "0,292"
    assert say.figure(an_observation(value=12345, value_as_written="12345")) == "12\u202f345"
    assert say.figure(an_observation(value=None, value_as_written="no symbol")) == "no symbol"


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("en", ["a", "b", "c"], "a, b and c"),
        ("es", ["a", "b", "c"], "a, b y c"),
        ("fr", ["a", "b", "c"], "a, b et c"),
        ("es", ["Reunión", "Igualdad"], "Reunión e Igualdad"),
        ("es", ["hielo", "hierro"], "hielo y hierro"),
        ("es", ["isla y mar", "tierra"], "isla y mar y tierra"),
        ("es", ["Asociación"], "Asociación"),
        ("fr", [], ""),
    ],
)
def test_lists(code: str, words: list[str], expected: str) -> None:
    assert language(code).join(words) == expected


def test_plural_forms_are_those_of_the_language() -> None:
    rows = ("{n} row", "{n} rows")
    assert [language("en").ngettext(*rows, n) for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert [language("es").ngettext(*rows, n) for n in (0, 1, 2)] == ["0 filas", "1 fila", "2 filas"]
    assert [language("fr").ngettext(*rows, n) for n in (0, 1, 2)] == ["0 ligne", "1 ligne", "2 lignes"]


def test_a_template_is_written_in_a_language() -> None:
    environment = jinja2.Environment(autoescape=True)
    text = (
        "{% macro day(on) %}{{ _('As of') }}: {{ say.date(on) }}{% endmacro %}{{ day(on) }}; {{ _(cited, names=name) }}"
    )
    say = language("fr")
    shown = environment.from_string(text).render(
        say=say, _=say.gettext, on=ON, cited="Sources: {names}.", name="<script>"
    )
    assert shown == "Situation au: 15 mai 2020; Sources\u00a0: &lt;script&gt;."


def test_a_value_that_looks_like_a_placeholder_is_left_alone() -> None:
    assert language("es").gettext("Sources: {names}.", names="{names} {0}") == "Fuentes: {names} {0}."


@pytest.mark.parametrize(
    ("iso3", "names"),
    [
        ("CIV", ("Côte d'Ivoire", "Costa de Marfil", "Côte d’Ivoire")),
        ("XKX", ("Kosovo", "Kosovo", "Kosovo")),
        ("DEU", ("Germany", "Alemania", "Allemagne")),
        ("CHN", ("China", "China", "Chine")),
        ("USA", ("United States", "Estados Unidos", "États-Unis")),
    ],
)
def test_countries_have_their_names(iso3: str, names: tuple[str, str, str]) -> None:
    assert tuple(language(code).country(iso3) for code in ("en", "es", "fr")) == names


def test_every_country_freedom_and_figure_has_a_name_in_every_language() -> None:
    for code in available():
        say = language(code)
        everything = [say.country(one.iso3) for one in countries.all_territories()]
        everything += [say.country(one.country) for one in members.members(ON)]
        everything += [say.liberty(one) for one in liberties()]
        figures = [an_observation(source=source, indicator_as_written=column) for source, column in indicators()]
        everything += [say.indicator(one) for one in figures]
        assert all(everything)
        assert not [name for name in everything if f"[{SOURCE}]" in name]


def test_a_figure_that_our_table_does_not_know_is_called_as_published() -> None:
    figure = an_observation(indicator="gsod_other", indicator_as_written="other_column")
    assert language("fr").indicator(figure) == "other_column"


def test_the_language_of_a_publishers_text_and_its_licence_are_named() -> None:
    assert [language(code).language("en") for code in ("en", "es", "fr")] == ["English", "inglés", "anglais"]
    assert language("fr").language("") == ""
    assert {language("es").licence(one.licence.name) for one in all_sources().values()} >= {"ninguna indicada"}


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_we_say_of_each_source_is_said_in_every_language(code: str) -> None:
    sentences = [sentence for source in all_sources().values() for sentence in source.sentences()]
    assert len(sentences) > 100
    assert {("source", sentence, "") for sentence in sentences} <= script.messages(code).keys()
    assert not [one for one in sentences if language(code).source_words(one) == one]


def test_a_sentence_about_a_source_that_lacks_its_translation_is_told() -> None:
    catalogue = script.read("es")
    catalogue.delete("Kosovo has no entries.", "source")
    assert "is missing: 'Kosovo has no entries.' (source)" in script.shortcomings("es", catalogue)


def test_the_sentences_of_a_source_are_ours_and_neither_its_name_nor_its_attribution() -> None:
    source = all_sources()["icnl"]
    assert {source.cadence, source.state_basis, source.licence.basis, *source.notes} <= set(source.sentences())
    assert not {source.attribution, source.name, source.publisher} & set(source.sentences())
    assert language("es").source_words("") == ""


def _brazil(tmp_path: Path, text: str) -> Language:
    path = tmp_path / "civic_tracker.po"
    head = '"Language: pt\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    path.write_text(f'msgid ""\nmsgstr ""\n{head}"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n{text}', "utf-8")
    return read_language("pt", path)


def test_a_fourth_language_is_one_file_more(tmp_path: Path) -> None:
    say = _brazil(tmp_path, 'msgctxt "liberty"\nmsgid "Privacy"\nmsgstr "Privacidade"\n')
    assert say.date(PartialDate(2020, 3, 15)) == "15 de março de 2020"
    assert say.join(["a", "b", "c"]) == "a, b e c"
    assert say.country("KEN") == "Quênia", "CLDR has the names of countries"
    assert say.country("XKX") == "Kosovo"
    assert say.liberty("privacy") == "Privacidade"


def test_what_a_fourth_language_lacks_is_seen_to_be_english(tmp_path: Path) -> None:
    say = _brazil(tmp_path, 'msgctxt "indicator"\nmsgid "Attribute of the JSON interface"\nmsgstr "Atributo"\n')
    assert say.liberty("movement") == "Movement [en]"
    assert say.indicator(an_observation()) == "Representative government [en]"
    assert say.indicator(an_observation(indicator_as_written="A_X")) == "Atributo A_X"
    assert say.word("instrument", "law") == "Law"


def test_a_fourth_language_is_asked_for_the_names_that_our_tables_have_no_column_for() -> None:
    more: Mapping[Any, Any] = {key: 0 for key in script.messages("pt") if key not in script.messages("es")}
    assert ("liberty", "Privacy", "") in more
    assert ("ogp route", "OGP's Response Policy", "") in more
    assert {key[0] for key in more} == {"liberty", "indicator", "ogp route"}


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_keep_the_marks_of_their_language(code: str) -> None:
    odd: dict[str, str] = {
        "fr": r" [:;?!»]|« |\w'\w|\"|[^\W\d][;?!]",  # no-break spaces, guillemets, the curved apostrophe
        "es": r" [:;?!]|\"|^[^¿]*\?",
    }
    for message in filter(lambda one: one.id, script.read(code)):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        wrong = [form for form in forms if message.context != "date" and re.search(odd.get(code, r"\A\Z."), form)]
        assert not wrong
        assert all(form == form.strip() for form in forms)
        assert all(form.endswith(".") == message.id[-1:].endswith(".") for form in forms if isinstance(message.id, str))

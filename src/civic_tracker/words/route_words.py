"""The routes of a forum, in words."""

from civic_tracker.declared.routes import Route
from civic_tracker.words.languages import Language


def name_route(route: Route, say: Language) -> str:
    """What the route is called."""
    words = route.words
    own = {"en": words.name_en, "es": words.name_es, "fr": words.name_fr}.get(say.code)
    return own or say.named("ogp route", words.name_en)


def say_route(route: Route, say: Language) -> str:
    """What the route is, with the areas, grounds and numbers concerned, in the reader's language."""
    words = route.words
    own = {"en": words.text_en, "es": words.text_es, "fr": words.text_fr}.get(say.code)
    return (own or say.named("ogp route", words.text_en)).format(
        n=say.number(route.open_acts),
        policy_areas=say.listed([say.topic(one) for one in route.policy_areas]),
        challenge_areas=say.listed([say.topic(one) for one in route.challenge_areas]),
        grounds=say.listed([say.word("response policy ground", one) for one in route.grounds]),
    )

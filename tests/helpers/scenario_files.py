"""Scenario files for tests: a whole one, and an event to put into it."""

from collections.abc import Callable

Written = Callable[..., str]

HEAD = 'based_on = "baseline"\ntitle = { fi = "Oma", en = "Own" }\nnarrative = { fi = "Tarina.", en = "A story." }\n'
ANY = '{ value = 1, low = 0, high = 2, unit = "1", source = "judgement", why = "A reason." }'
EVENT_NUMBERS = (
    "probability",
    "start",
    "construction_years",
    "construction_jobs",
    "operating_jobs",
    "ramp_up_years",
    "operating_years",
    "wind_down_years",
)
MINE = '[events.mine]\nkind = "mine"\nplace = "273"\nname = { fi = "Kaivos", en = "Mine" }\n' + "".join(
    f"{name} = {ANY}\n" for name in EVENT_NUMBERS
)

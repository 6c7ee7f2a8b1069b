"""The table of all defences: where each stands, what it is, what takes it out, and which tests must then fail.

``check_defences.py`` tries them all.
"""

from __future__ import annotations

from tests.threats.defence import Defence
from tests.threats.defences_of_answers import ANSWERS
from tests.threats.defences_of_sign_in import SIGN_IN
from tests.threats.defences_of_tokens import TOKENS

THREATS = range(1, 27)
DEFENCES: tuple[Defence, ...] = tuple(sorted((*SIGN_IN, *TOKENS, *ANSWERS), key=lambda defence: defence.threat))

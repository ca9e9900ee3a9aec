"""What is said to the person who imports, and what is asked: remarks by cell, and words that wait for a decision."""

from functools import cached_property

from registers.importing import words
from registers.importing.choices import Choices
from registers.importing.planned import ImportPlan, Message, Question
from registers.schemes.model import SchemeSpec

MOST_PLACES = 20


class Dialogue:
    """Collects into the plan; answers come from the choices that were made before."""

    def __init__(self, spec: SchemeSpec, choices: Choices, plan: ImportPlan):
        self.spec, self.choices, self.plan = spec, choices, plan

    def say(self, message: Message) -> None:
        self.plan.say(message)

    def ask(self, question: Question, place: str, otherwise: str = "") -> str:
        """The answer that was given to this question, ``otherwise`` without one; "" while nobody has decided."""
        known = self.plan.questions.setdefault(question.key, question)
        if known is question:
            given = self.choices.words.get(question.key, otherwise)
            known.answer = given if given in {value for value, _ in question.options} else ""
        if len(known.places) < MOST_PLACES:
            known.places.append(place)
        return known.answer

    @cached_property
    def levels(self) -> dict[str, int]:
        """Every way of writing a level of the scheme → its rank."""
        return words.level_words(self.spec)

    @cached_property
    def level_names(self) -> dict[int, str]:
        return {level.rank: level.name for level in self.spec.levels}

"""A text in the two languages that the shop speaks."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["en", "zh"]


class Text(BaseModel):
    """The same words in English and in Chinese."""

    model_config = ConfigDict(frozen=True)

    en: str
    zh: str

    def get(self, language: Language) -> str:
        """The words in one language."""
        return self.zh if language == "zh" else self.en

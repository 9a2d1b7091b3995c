"""Everything that the environment may say. No other module reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from orderdb.statuses import EffectKind

# ConfigurationError
# ├── InvalidSettings    a value in the environment cannot be read
# ├── SecretMissing      nothing to check customers' tokens with (assistant.tokens)
# ├── SchemaOutdated     the database is not at the newest migration (assistant.schema)
# ├── PromptError        a prompt is missing or not as declared (assistant.prompts)
# ├── PortTaken          something else listens there (assistant.commands.serving)
# ├── NotForSeveral      only one process can serve it so (assistant.commands.workers)
# └── UnknownCustomer    the terminal was told to speak as nobody (assistant.commands.desk)

_HERE = Path(__file__).parent

Algorithm = Literal[
    "HS256", "HS384", "HS512",  # with a shared secret
    "RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "EdDSA",  # with a public key
]  # fmt: skip


Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.-]+(:\d{1,5})?$")]
"""Scheme, host and port, as a browser names where a page comes from."""


class ConfigurationError(Exception):
    """OrderDesk cannot start as it is set up; the message says what to set."""


class InvalidSettings(ConfigurationError):
    """A value in the environment cannot be read; the message names each variable."""


class Endpoint(BaseModel):
    """An OpenAI-compatible endpoint."""

    base_url: str | None
    api_key: SecretStr
    model: str


class Limits(BaseModel):
    """What one turn, and one request, may use up."""

    turn_seconds: float = Field(90, gt=0, description="Wall-clock limit of a turn.")
    model_seconds: float = Field(45, gt=0, description="Time-out of one call to a model.")
    model_calls: int = Field(6, ge=1, description="Model calls a turn.")
    completion_tokens: int = Field(700, ge=16, description="Tokens that one call may write.")
    context_tokens: int = Field(8192, ge=1024, description="Tokens of the context window used.")


class Outbox(BaseModel):
    """Where effects on other systems are delivered; a kind without an endpoint waits."""

    endpoints: dict[EffectKind, HttpUrl] = Field({}, description="The endpoint of each kind.")
    secret: SecretStr | None = Field(None, min_length=32, description="Signs what is sent.")
    attempts: int = Field(15, ge=1, description="After so many an effect is dead.")
    seconds: float = Field(10, gt=0, description="Time-out of one attempt.")

    @model_validator(mode="after")
    def _is_signed(self) -> Self:
        if self.endpoints and self.secret is None:
            raise ValueError("endpoints need ORDERDESK_OUTBOX__SECRET to sign what they are sent")
        return self


class Desk(BaseModel):
    """How agents sign in; an identity provider is used once its issuer is set."""

    session_hours: float = Field(12, gt=0, le=168, description="How long a sign-in holds.")
    tries_a_name: int = Field(5, ge=1, description="Wrong passwords a name in 15 minutes.")
    tries_an_address: int = Field(50, ge=1, description="Tries from an address in 15 minutes.")
    proactive_minutes: float = Field(
        60, ge=0, description="Between two searches for late or lost parcels; 0: none."
    )
    oidc_issuer: str | None = Field(None, pattern=r"^https?://\S+$", description="OpenID issuer.")
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_claim: str = Field("email", description="The claim that holds an agent's name.")

    @model_validator(mode="after")
    def _knows_the_client(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret):
            raise ValueError(
                "ORDERDESK_DESK__OIDC_ISSUER needs ORDERDESK_DESK__OIDC_CLIENT_ID and "
                "ORDERDESK_DESK__OIDC_CLIENT_SECRET"
            )
        return self


class Settings(BaseSettings):
    """``ORDERDESK_<FIELD>`` in the environment, and the ``OPENAI_*`` names that others use too.

    Limits are ``ORDERDESK_LIMITS__<FIELD>``; endpoints of effects are
    ``ORDERDESK_OUTBOX__ENDPOINTS__<KIND>``. An empty variable counts as unset.
    """

    model_config = SettingsConfigDict(
        env_prefix="ORDERDESK_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        populate_by_name=True,
        extra="ignore",
    )

    demo: bool = False
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(1, ge=1, le=64, description="Processes that answer.")

    data: Path = Path("var")
    database_url: str | None = None
    chroma_dir: Path | None = None
    chroma_server: str | None = Field(None, pattern=r"^[^:/]+:\d+$", description="HOST:PORT.")
    policies_dir: Path | None = None
    prompts_dir: Path | None = None
    cache_dir: Path | None = None
    xdg_cache_home: Path | None = Field(None, validation_alias="XDG_CACHE_HOME")

    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")
    model: str = "gpt-4.1-mini"
    tool_calls: Literal["auto", "native", "constrained"] = "auto"
    fallback_base_url: str | None = None
    fallback_api_key: SecretStr | None = None
    fallback_model: str | None = None
    embeddings_base_url: str | None = None
    embeddings_api_key: SecretStr | None = None
    embeddings_model: str | None = None
    embedded: bool = Field(True, description="Start the embedded model when no endpoint is set.")
    local_gguf: Path | None = None

    jwt_secret: SecretStr | None = None
    jwt_public_key: str | None = Field(None, description="A PEM text, or the path of one.")
    jwt_algorithm: Algorithm | None = None
    jwt_audience: str | None = None
    jwt_leeway_seconds: int = Field(5, ge=0, le=300)

    embed_origins: Annotated[tuple[Origin, ...], NoDecode] = Field(
        (), description="Origins whose pages may show the customer's page in a frame."
    )

    limits: Limits = Limits()
    outbox: Outbox = Outbox()
    desk: Desk = Desk()

    @field_validator("embed_origins", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @classmethod
    def load(cls) -> Settings:
        """The settings of this process; raises InvalidSettings."""
        try:
            return cls()
        except ValidationError as error:
            raise InvalidSettings(_explain(error)) from None

    @property
    def database(self) -> str:
        """The URL of the order database; by default a SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'orderdesk.db'}"

    @property
    def chroma(self) -> Path:
        """Where the embedded vector store keeps its files."""
        return self.chroma_dir or self.data / "chroma"

    @property
    def policies(self) -> Path:
        return self.policies_dir or _bundled("policies")

    @property
    def prompts(self) -> Path:
        return self.prompts_dir or _bundled("prompts")

    @property
    def cache(self) -> Path:
        """Where what can be fetched again is kept: the embedded model's weights."""
        return self.cache_dir or (self.xdg_cache_home or Path.home() / ".cache") / "orderdesk"

    @property
    def endpoint(self) -> Endpoint | None:
        """The model endpoint that is configured; None leaves it to the embedded model."""
        if self.openai_api_key is None and self.openai_base_url is None:
            return None
        return Endpoint(
            base_url=self.openai_base_url,
            api_key=self.openai_api_key or SecretStr("none"),
            model=self.model,
        )

    @property
    def fallback(self) -> Endpoint | None:
        """The endpoint asked when the first one fails."""
        if self.fallback_base_url is None and self.fallback_api_key is None:
            return None
        return Endpoint(
            base_url=self.fallback_base_url,
            api_key=self.fallback_api_key or SecretStr("none"),
            model=self.fallback_model or self.model,
        )

    @property
    def embeddings(self) -> Endpoint | None:
        """The embeddings endpoint; None means the embedding in the wheel."""
        if self.embeddings_model is None:
            return None
        return Endpoint(
            base_url=self.embeddings_base_url,
            api_key=self.embeddings_api_key or self.openai_api_key or SecretStr("none"),
            model=self.embeddings_model,
        )


def _bundled(folder: str) -> Path:
    """Inside an installed wheel, else at the root of the checkout."""
    inside = _HERE / "bundled" / folder
    return inside if inside.is_dir() else _HERE.parents[1] / folder


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        field = "__".join(str(part) for part in problem["loc"]).upper()
        name = field if field.startswith(("OPENAI_", "XDG_")) else f"ORDERDESK_{field}"
        lines.append(f"{name}: {problem['msg']}")
    return "\n".join(lines)

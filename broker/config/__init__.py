"""Configuration: one TOML file, read once into values; every key known, every unknown refused."""
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from broker.case.case import Partnership
from broker.config.agreements import agreements_in
from broker.config.contacts import CONTACTS, contacts_in
from broker.config.identity import identity_in
from broker.config.limits import limits_in, limits_written
from broker.config.reading import refuse_unknown, table_in, text_in, whole_in
from broker.config.served import SECTIONS, Served, served_in
from broker.errors import ConfigError
from broker.event.agency import Agency
from broker.identity.model import DEFAULT_MODEL, Model
from broker.identity.model_file import document_of
from broker.pipeline.contacts import Contact
from broker.policy.agreements import Agreements
from broker.rules.dated import CHANGES, DatedLimits
from broker.rules.limits import Limits
from broker.vocabulary.words import AgencyKind

FILE_NAME = "concord.toml"
HISTORY_DAYS_MAX = 36_500

_AGENCY_KEYS = {"adapter", "name", "home_urn", "authority_code", "force_code", "drop", "extract",
                "lead"}


@dataclass(frozen=True, slots=True)
class AgencySettings:
    """One agency: who it is, how its files are read, where they are left, and who answers its
    critical notices, in order."""

    agency: Agency
    adapter: str
    extract: Literal["changes", "snapshot"]
    drop: str
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration. `served` is None for the embedded default; `sources` are the
    parts as written, for safeguarding.decisions. `model` says who is who. `limits` are those in
    force before the first change of `limits_from`; `history_days` is how far back anybody may ask
    what was known (None: for ever). `written_at` is when its file was last written, None where it
    is no file: two that say the same are the same whenever they were written."""

    name: str
    agencies: dict[str, AgencySettings]
    agreements: Agreements
    limits: Limits
    served: Served | None = None
    model: Model = DEFAULT_MODEL
    sources: dict[str, Any] = field(default_factory=dict)
    limits_from: tuple[tuple[date, Limits], ...] = ()
    history_days: int | None = None
    written_at: datetime | None = field(default=None, compare=False)

    @property
    def dated_limits(self) -> DatedLimits:
        """The limits by the day from which they are in force."""
        return DatedLimits(self.limits, self.limits_from)

    @property
    def contacts(self) -> dict[str, tuple[Contact, ...]]:
        """The contacts of each agency by its code, in order."""
        return {code: each.contacts for code, each in self.agencies.items()}

    @property
    def partnership(self) -> Partnership:
        """The agencies, as the case knows them."""
        return Partnership({code: each.agency for code, each in self.agencies.items()})


def load(path: Path) -> Settings:
    """Read and check a configuration file; `ConfigError` says what to mend, in one sentence."""
    try:
        # Before it is read: one that is written meanwhile is not taken for the later one.
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"There is no configuration at {path}: run `concord init`, or give "
                          "--home or --config.") from None
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path} cannot be read: check that it is a UTF-8 text file you may "
                          "read.") from None
    except tomllib.TOMLDecodeError as why:
        raise ConfigError(f"{path} is not valid TOML ({why}): mend that line.") from None
    return replace(parse(document, path.parent), written_at=written_at)


def parse(document: Mapping[str, Any], folder: Path = Path()) -> Settings:
    """Settings from a TOML document; files it names are looked for from `folder` on."""
    refuse_unknown("the top level", document, {"partnership", "agencies", "agreements", "limits",
                                               CHANGES, "identity", "retention", *SECTIONS})
    partnership = table_in(document, "partnership")
    refuse_unknown("[partnership]", partnership, {"name", "timezone"})
    if partnership.get("timezone", "Europe/London") != "Europe/London":
        raise ConfigError('[partnership] timezone: only "Europe/London" is supported.')
    agencies = {code: _agency(code, each) for code, each in table_in(document, "agencies").items()}
    if not agencies:
        raise ConfigError("No agency is configured: add an [agencies.<code>] section.")
    agreements = agreements_in(document.get("agreements", []), agencies)
    model = identity_in(document, folder)
    limits = limits_in(document)
    return Settings(
        name=text_in("[partnership] name", partnership.get("name", "")), agencies=agencies,
        agreements=Agreements(agreements), limits=limits.first, limits_from=limits.changes,
        served=served_in(document, folder), model=model, history_days=_history_days(document),
        sources={"agreements": document.get("agreements", []),
                 "limits": limits_written(document),
                 **({"model": document_of(model)} if "identity" in document else {})},
    )


def _history_days(document: Mapping[str, Any]) -> int | None:
    retention = table_in(document, "retention")
    refuse_unknown("[retention]", retention, {"history_days"})
    days = retention.get("history_days")
    return None if days is None else whole_in("[retention] history_days", days, 1,
                                              HISTORY_DAYS_MAX)


def _agency(code: str, table: object) -> AgencySettings:
    where = f"[agencies.{code}]"
    if not isinstance(table, dict):
        raise ConfigError(f"{where} must be a section.")
    refuse_unknown(where, table, {*_AGENCY_KEYS, CONTACTS})
    if not code.replace("-", "").replace("_", "").isalnum() or not code[0].isalpha() \
            or code != code.lower() or len(code) > 40 or code == "concord":
        raise ConfigError(f"{where}: an agency's code is at most 40 lower-case letters, digits, "
                          'hyphens and underscores, begins with a letter and is not "concord".')
    kinds = {each.value for each in AgencyKind}
    if table.get("adapter") not in kinds:
        raise ConfigError(f"{where} adapter must be one of {', '.join(sorted(kinds))}.")
    extract = table.get("extract", "changes")
    if extract not in ("changes", "snapshot"):
        raise ConfigError(f'{where} extract must be "changes" or "snapshot".')
    for key in _AGENCY_KEYS & set(table):
        text_in(f"{where} {key}", table[key])
    kind = AgencyKind(table["adapter"])
    if kind is AgencyKind.CARE_HOME and not table.get("home_urn"):
        raise ConfigError(f"{where} is a care home: give its home_urn.")
    agency = Agency(
        code=code, kind=kind, name=table.get("name", code), home_urn=table.get("home_urn"),
        authority_code=table.get("authority_code"), force_code=table.get("force_code"),
        lead=table.get("lead"),
    )
    return AgencySettings(agency, table["adapter"], extract, table.get("drop", code),
                          contacts_in(code, table.get(CONTACTS, [])))

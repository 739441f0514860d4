"""The sections of the served form: Kafka, the schema registry, PostgreSQL, traces.

Passwords stand in files of their own, never in the configuration or the environment, which both
get shown. Without these sections the partnership is embedded in one SQLite file.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from broker.config.reading import (
    file_in,
    refuse_unknown,
    secret_in,
    table_in,
    text_in,
    whole_in,
    yes_in,
)
from broker.errors import ConfigError
from broker.log.settings import RetentionDays

SECTIONS = ("kafka", "registry", "postgres", "tracing")
Security = Literal["SASL_SSL", "SSL", "SASL_PLAINTEXT", "PLAINTEXT"]
_SECURITY = ("SASL_SSL", "SSL", "SASL_PLAINTEXT", "PLAINTEXT")
KINDS = tuple(each.name for each in fields(RetentionDays))
_NAMESPACE_MAX = 40


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """How to reach Kafka, and how topics are made there. `retention` is how long topics that
    expire are kept."""

    bootstrap_servers: tuple[str, ...]
    security: Security
    username: str | None
    password: str | None = field(repr=False)
    ca_file: Path | None
    certificate_file: Path | None
    key_file: Path | None
    namespace: str
    replication: int
    retention: RetentionDays


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """How to reach the schema registry."""

    url: str
    username: str | None
    password: str | None = field(repr=False)
    ca_file: Path | None


@dataclass(frozen=True, slots=True)
class PostgresSettings:
    """How to reach the store; with a `ca_file` the server must prove who it is."""

    host: str
    port: int
    database: str
    user: str
    password: str | None = field(repr=False)
    ca_file: Path | None


@dataclass(frozen=True, slots=True)
class TracingSettings:
    """Where spans are sent (OTLP over HTTP), and which share of statements is traced."""

    endpoint: str
    share: float


@dataclass(frozen=True, slots=True)
class Served:
    """Everything the served form needs. `plain` are the places that are spoken to without
    encryption although they are not on this machine, as the configuration allows."""

    kafka: KafkaSettings
    registry: RegistrySettings
    postgres: PostgresSettings
    tracing: TracingSettings | None
    plain: tuple[str, ...]


def served_in(document: Mapping[str, Any], folder: Path) -> Served | None:
    """The served form of a configuration; None where it has none of its sections."""
    present = [name for name in SECTIONS[:3] if name in document]
    if not present:
        if "tracing" in document:
            raise ConfigError("[tracing] is for the served form: give [kafka], [registry] and "
                              "[postgres] too, or take it out.")
        return None
    missing = [name for name in SECTIONS[:3] if name not in document]
    if missing:
        raise ConfigError(f"[{present[0]}] needs [{missing[0]}] beside it: give [kafka], "
                          "[registry] and [postgres], or none of them.")
    kafka, plain_kafka = _kafka(table_in(document, "kafka"), folder)
    registry, plain_registry = _registry(table_in(document, "registry"), folder)
    postgres, plain_postgres = _postgres(table_in(document, "postgres"), folder)
    tracing, plain_tracing = _tracing(table_in(document, "tracing")) \
        if "tracing" in document else (None, ())
    return Served(kafka, registry, postgres, tracing,
                  (*plain_kafka, *plain_registry, *plain_postgres, *plain_tracing))


def is_loopback(host: str) -> bool:
    """Whether a host's name can only mean this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _plain(
    where: str, hosts: list[str], table: Mapping[str, Any], tls: str,
) -> tuple[str, ...]:
    """The hosts elsewhere that would be spoken to in plain text; refused unless it is allowed.
    `tls` is what asks for TLS there."""
    allowed = yes_in(f"{where} allow_plaintext", table.get("allow_plaintext", False))
    elsewhere = tuple(host for host in hosts if not is_loopback(host))
    if elsewhere and not allowed:
        raise ConfigError(f"{where} would speak to {elsewhere[0]} without encryption: use TLS "
                          f"({tls}), or write allow_plaintext = true there and say it again when "
                          "Concord is started.")
    return elsewhere


def _kafka(table: Mapping[str, Any], folder: Path) -> tuple[KafkaSettings, tuple[str, ...]]:
    where = "[kafka]"
    refuse_unknown(where, table, {
        "bootstrap_servers", "security", "username", "password_file", "ca_file",
        "certificate_file", "key_file", "namespace", "replication", "allow_plaintext",
        *(f"{kind}_days" for kind in KINDS)})
    servers = table.get("bootstrap_servers")
    if not isinstance(servers, list) or not servers or not all(
            isinstance(each, str) and each.rpartition(":")[2].isdigit() for each in servers):
        raise ConfigError(f'{where} bootstrap_servers must be a list as in ["kafka:9093"].')
    security = table.get("security", "SASL_SSL")
    if security not in _SECURITY:
        raise ConfigError(f"{where} security must be one of {', '.join(_SECURITY)}.")
    username = table.get("username")
    password = secret_in(f"{where} password_file", table.get("password_file"), folder)
    if security.startswith("SASL") and (username is None or password is None):
        raise ConfigError(f"{where} security {security} needs a username and a password_file.")
    files = {key: file_in(f"{where} {key}", table.get(key), folder)
             for key in ("ca_file", "certificate_file", "key_file")}
    if security == "SSL" and None in (files["certificate_file"], files["key_file"]):
        raise ConfigError(f"{where} security SSL needs a certificate_file and a key_file.")
    hosts = [each.rpartition(":")[0] for each in servers] if "PLAINTEXT" in security else []
    plain = _plain(where, hosts, table, 'security = "SASL_SSL"')
    usual = RetentionDays()
    days = {kind: whole_in(f"{where} {kind}_days", table.get(f"{kind}_days", usual.of(kind)),
                           1, 36_500) for kind in KINDS}
    return KafkaSettings(
        tuple(servers), cast(Security, security),
        None if username is None else text_in(f"{where} username", username), password,
        files["ca_file"], files["certificate_file"], files["key_file"],
        _namespace(f"{where} namespace", table.get("namespace", "")),
        whole_in(f"{where} replication", table.get("replication", 1), 1, 9),
        RetentionDays(**days)), plain


def _namespace(where: str, value: object) -> str:
    name = text_in(where, value)
    if name and not (name.isascii() and name.isalnum() and name == name.lower()
                     and name[0].isalpha() and len(name) <= _NAMESPACE_MAX):
        raise ConfigError(f"{where} must be at most {_NAMESPACE_MAX} lower-case letters and "
                          "digits, the first a letter.")
    return name


def _registry(table: Mapping[str, Any], folder: Path) \
        -> tuple[RegistrySettings, tuple[str, ...]]:
    where = "[registry]"
    refuse_unknown(where, table,
                   {"url", "username", "password_file", "ca_file", "allow_plaintext"})
    url = text_in(f"{where} url", table.get("url", ""))
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"{where} url must be as in https://registry:8080/apis/ccompat/v7.")
    plain = _plain(where, [parts.hostname] if parts.scheme == "http" else [], table, "https")
    username = table.get("username")
    return RegistrySettings(
        url.rstrip("/"), None if username is None else text_in(f"{where} username", username),
        secret_in(f"{where} password_file", table.get("password_file"), folder),
        file_in(f"{where} ca_file", table.get("ca_file"), folder)), plain


def _postgres(table: Mapping[str, Any], folder: Path) \
        -> tuple[PostgresSettings, tuple[str, ...]]:
    where = "[postgres]"
    refuse_unknown(where, table, {"host", "port", "database", "user", "password_file", "ca_file",
                                  "allow_plaintext"})
    host = text_in(f"{where} host", table.get("host", "127.0.0.1"))
    ca_file = file_in(f"{where} ca_file", table.get("ca_file"), folder)
    # A folder is that of a socket, which only this machine has.
    hosts = [] if ca_file or host.startswith("/") else [host]
    plain = _plain(where, hosts, table, "a ca_file")
    return PostgresSettings(
        host, whole_in(f"{where} port", table.get("port", 5432), 1, 65_535),
        text_in(f"{where} database", table.get("database", "concord")),
        text_in(f"{where} user", table.get("user", "concord")),
        secret_in(f"{where} password_file", table.get("password_file"), folder), ca_file), plain


def _tracing(table: Mapping[str, Any]) -> tuple[TracingSettings, tuple[str, ...]]:
    where = "[tracing]"
    refuse_unknown(where, table, {"endpoint", "share", "allow_plaintext"})
    share = table.get("share", 0.01)
    if not isinstance(share, int | float) or isinstance(share, bool) or not 0 <= share <= 1:
        raise ConfigError(f"{where} share must be a number from 0 to 1.")
    endpoint = text_in(f"{where} endpoint", table.get("endpoint", ""))
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"{where} endpoint must be as in https://collector:4318/v1/traces.")
    plain = _plain(where, [parts.hostname] if parts.scheme == "http" else [], table, "https")
    return TracingSettings(endpoint, float(share)), plain

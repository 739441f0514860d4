"""Writes the part of concord.toml that says where the running services are."""
import json
from pathlib import Path

from compose.local.services import Services

FILE_NAME = "served.toml"


def write_served(services: Services, folder: Path) -> Path:
    """Write `served.toml` into the folder of the services; its file names are absolute."""
    kafka, registry, postgres = (
        services.kafka.server, services.registry.server, services.postgres.server)
    text = "\n".join((
        "# Written by `python -m compose.local`, and true while it runs.",
        "",
        "[kafka]",
        f"bootstrap_servers = [{_text(kafka.bootstrap_sasl)}]",
        'security = "SASL_SSL"',
        f"username = {_text(kafka.username)}",
        f"password_file = {_text(services.kafka.password_file)}",
        f"ca_file = {_text(kafka.ca_file)}",
        'namespace = ""',
        "replication = 1",
        "",
        "[registry]",
        f"url = {_text(registry.url)}",
        "",
        "[postgres]",
        f"host = {_text(postgres.host)}",
        f"port = {postgres.port}",
        f"database = {_text(postgres.database)}",
        f"user = {_text(postgres.user)}",
        f"password_file = {_text(services.postgres.password_file)}",
        ""))
    file = folder / FILE_NAME
    making = file.with_suffix(".making")
    making.write_text(text, encoding="utf-8")
    making.rename(file)
    return file


def _text(value: object) -> str:
    """A string of TOML; JSON's are all strings of TOML too."""
    return json.dumps(str(value), ensure_ascii=False)

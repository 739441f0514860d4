"""The launcher of real services: what it starts, answers; what it ends, is gone."""
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic
from kafka.errors import KafkaError

from broker.errors import ConfigError
from compose import certificates
from compose.local.archive import archive_of
from compose.local.fetch import fetched
from compose.local.ports import assert_free, free_ports
from compose.local.postgres import Postgres
from compose.local.servers import KafkaServer, PostgresServer, RegistryServer
from compose.local.services import Services
from tests.services.started import cache, given, privately

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0


def eventually(happens: Callable[[], bool]) -> bool:
    """Whether it happens within a minute."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not happens():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def connected(server: PostgresServer) -> "psycopg.Connection[tuple[object, ...]]":
    """A session of the owner."""
    return psycopg.connect(host=server.host, port=server.port, dbname=server.database,
                           user=server.user, password=server.password, autocommit=True)


def topics(**settings: object) -> list[str]:
    """What somebody with these settings sees of the broker's topics."""
    admin = KafkaAdminClient(**settings)
    try:
        return sorted(admin.list_topics())
    finally:
        admin.close()


def made(server: KafkaServer, topic: str) -> None:
    """Make a topic of one partition as the operator."""
    admin = KafkaAdminClient(bootstrap_servers=server.bootstrap_plain)
    try:
        admin.create_topics([NewTopic(topic, 1, 1)])
        admin.wait_for_topics([topic])
    finally:
        admin.close()


def scram(server: KafkaServer, username: str, password: str) -> dict[str, object]:
    """The settings of a client that logs in with a password."""
    return {"bootstrap_servers": server.bootstrap_sasl, "security_protocol": "SASL_SSL",
            "sasl_mechanism": "SCRAM-SHA-512", "ssl_cafile": str(server.ca_file),
            "sasl_plain_username": username, "sasl_plain_password": password}


def mtls(server: KafkaServer, principal: str, folder: Path) -> dict[str, object]:
    """The settings of a client that shows a certificate."""
    assert server.ca_key_file is not None
    issued = certificates.issue(server.ca_file, server.ca_key_file, principal, folder)
    return {"bootstrap_servers": server.bootstrap_mtls, "security_protocol": "SSL",
            "ssl_cafile": str(server.ca_file), "ssl_certfile": str(issued.certificate_file),
            "ssl_keyfile": str(issued.key_file)}


@pytest.fixture
def topic(kafka_server: KafkaServer, namespace: str) -> str:
    """A topic that nobody has been allowed anything on."""
    made(kafka_server, f"{namespace}.some")
    return f"{namespace}.some"


def test_the_plain_listener_may_do_everything(kafka_server: KafkaServer, topic: str) -> None:
    """It is the tests' way in."""
    assert topic in topics(bootstrap_servers=kafka_server.bootstrap_plain)


def test_the_operator_logs_in_with_a_password(kafka_server: KafkaServer, topic: str) -> None:
    """SCRAM over TLS, the certificate checked, sees what the operator may see."""
    assert topic in topics(**scram(kafka_server, kafka_server.username, kafka_server.password))


def test_a_wrong_password_is_refused(kafka_server: KafkaServer) -> None:
    """Whoever does not know it does not get in."""
    with pytest.raises(KafkaError):
        topics(**scram(kafka_server, kafka_server.username, "wrong"), bootstrap_timeout_ms=3000)


def test_a_certificates_common_name_is_the_principal(
        kafka_server: KafkaServer, topic: str, tmp_path: Path) -> None:
    """The operator's name sees the topic; another's is let in, and sees nothing."""
    assert topic in topics(**mtls(kafka_server, "concord", tmp_path))
    assert [] == topics(**mtls(kafka_server, "nobody", tmp_path))


def test_a_client_without_a_certificate_is_refused(kafka_server: KafkaServer) -> None:
    """The third listener is for clients that show one."""
    with pytest.raises(KafkaError):
        topics(bootstrap_servers=kafka_server.bootstrap_mtls, security_protocol="SSL",
               ssl_cafile=str(kafka_server.ca_file), bootstrap_timeout_ms=3000)


def test_the_registry_answers(registry_server: RegistryServer) -> None:
    """In the Confluent interface."""
    assert 200 == httpx.get(f"{registry_server.url}/subjects").status_code


def test_the_database_belongs_to_its_owner(postgres_server: PostgresServer) -> None:
    """Who may make what it likes there."""
    with connected(postgres_server) as session:
        assert [(postgres_server.user,)] == session.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database"
            " WHERE datname = current_database()").fetchall()


def test_nobody_enters_the_database_without_the_password(postgres_server: PostgresServer) -> None:
    """Not even from this machine, not even its superuser."""
    for user, password in (("concord", "wrong"), ("postgres", "")):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=postgres_server.host, port=postgres_server.port,
                            dbname="concord", user=user, password=password)


def started_from(archive: Path, own: Services) -> bool:
    """Whether the broker's Java was given this archive, and has refused none (it would say so)."""
    given = f"-XX:AOTCache={archive}" in psutil.Process(own.kafka.pid).cmdline()
    return given and "[aot" not in own.kafka.log_file.read_text()


def test_kafka_comes_back_with_its_records(tmp_path: Path) -> None:
    """On the same ports, stopped in order or killed; each time from the archive in the cache."""
    with privately(tmp_path, "kafka") as own:
        server = own.kafka.server
        archive = archive_of(fetched("kafka", cache()))
        made(server, "kept")
        for number, end in enumerate((own.kafka.stop, own.kafka.kill)):
            producer = KafkaProducer(bootstrap_servers=server.bootstrap_plain)
            producer.send("kept", b"%d" % number).get(30)
            producer.close()
            assert started_from(archive, own)
            end()
            assert not own.kafka.running
            own.kafka.start()
        consumer = KafkaConsumer("kept", bootstrap_servers=server.bootstrap_plain,
                                 auto_offset_reset="earliest")
        try:
            assert [b"0", b"1"] == [next(consumer).value, next(consumer).value]
        finally:
            consumer.close()


def test_the_registry_comes_back_with_its_schemas(tmp_path: Path) -> None:
    """Under the same ids, stopped in order or killed."""
    with privately(tmp_path, "registry") as own:
        url = own.registry.server.url
        for kind, end in (("int", own.registry.stop), ("long", own.registry.kill)):
            schema = {"schema": f'{{"type": "{kind}"}}'}
            known = httpx.post(f"{url}/subjects/{kind}/versions", json=schema).json()["id"]
            end()
            own.registry.start()

            assert f'"{kind}"' in httpx.get(f"{url}/schemas/ids/{known}").json()["schema"]


def test_postgres_comes_back_with_its_rows(tmp_path: Path) -> None:
    """What was committed, stopped in order or killed, with a session open in either case."""
    with privately(tmp_path, "postgres") as own:
        for name, end in (("stopped", own.postgres.stop), ("killed", own.postgres.kill)):
            with connected(own.postgres.server) as session:
                session.execute(f"CREATE TABLE {name} AS SELECT 7 AS number")
                end()
            own.postgres.start()

            with connected(own.postgres.server) as session:
                assert [(7,)] == session.execute(f"TABLE {name}").fetchall()


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """What stands in the way, and what to do about it."""
    port, = free_ports(1)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(ConfigError) as raised:
        Postgres(tmp_path, port).start()

    assert (f"port {port} of 127.0.0.1, meant for postgres, is taken: stop what listens there, or"
            " choose another port") == str(raised.value)


def test_passwords_are_for_the_owners_eyes(tmp_path: Path) -> None:
    """Their files cannot be read by others, and each folder has its own."""
    one, other = (Postgres(tmp_path / name, 1) for name in "ab")

    assert one.server.password != other.server.password
    assert one.server.password == one.password_file.read_text()
    assert 0o600 == one.password_file.stat().st_mode & 0o777
    assert one.server.password not in repr(one.server)


def test_services_that_run_already_are_named_by_the_environment() -> None:
    """All of a service or nothing of it."""
    names = {"CONCORD_TEST_POSTGRES_HOST": "db", "CONCORD_TEST_POSTGRES_PORT": "5432",
             "CONCORD_TEST_POSTGRES_DATABASE": "d", "CONCORD_TEST_POSTGRES_USER": "u",
             "CONCORD_TEST_POSTGRES_PASSWORD": "p"}

    assert PostgresServer("db", 5432, "d", "u", "p") == given("postgres", names)
    assert given("postgres", {}) is None
    with pytest.raises(AssertionError, match=r"CONCORD_TEST_POSTGRES_PORT, .* is not"):
        given("postgres", {"CONCORD_TEST_POSTGRES_HOST": "db"})


RUN = '''
"""A run that never ends by itself."""
import time
from pathlib import Path

def test_that_hangs(postgres_server):
    """Says where its service is."""
    Path({file!r}).write_text(str(postgres_server.port))
    time.sleep(3600)
'''


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_a_killed_run_leaves_nothing_behind(options: list[str], tmp_path: Path) -> None:
    """No process of its service, no data, its port free, in one process or in several."""
    said, tried = tmp_path / "port", tmp_path / "tests" / "test_hang.py"
    tried.parent.mkdir()
    tried.write_text(RUN.format(file=str(said)))
    (tried.parent / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    base = tmp_path / "base"
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "--import-mode=importlib", f"--basetemp={base}",
         *options, str(tried)], cwd=ROOT, stdout=subprocess.DEVNULL)
    assert eventually(lambda: said.exists() and said.read_text() != "")
    port = int(said.read_text())
    run.send_signal(signal.SIGKILL)
    run.wait()

    def gone() -> bool:
        return not (base / "services" / "postgres").exists()

    assert eventually(gone)
    assert_free("the next", port)
    assert [] == [each.pid for each in psutil.process_iter(["cmdline"])
                  if str(base) in " ".join(each.info["cmdline"] or ())]


def test_a_service_ends_with_a_killed_launcher(tmp_path: Path) -> None:
    """Even one that could do nothing any more about it."""
    launcher = subprocess.Popen(
        [sys.executable, "-c",
         "import sys, time; from pathlib import Path;"
         " from compose.local.postgres import Postgres;"
         " service = Postgres(Path(sys.argv[1]), int(sys.argv[2]), quick=True);"
         " service.start(); print(service.pid, flush=True); time.sleep(3600)",
         str(tmp_path), str(free_ports(1)[0])],
        cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    started = psutil.Process(int(launcher.stdout.readline()))
    launcher.kill()
    launcher.communicate()

    assert eventually(
        lambda: not started.is_running() or started.status() == psutil.STATUS_ZOMBIE)

"""What every test may ask for."""
from tests.services.fixtures import (
    kafka_server,
    namespace,
    postgres_server,
    private_services,
    registry_server,
)

__all__ = ["kafka_server", "namespace", "postgres_server", "private_services", "registry_server"]

"""Real Kafka, schema registry and PostgreSQL on this machine's loopback, without containers."""

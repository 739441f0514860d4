#!/bin/bash
# shellcheck disable=SC2086
exec "$(dirname "$0")/kafka-run-class.sh" ${EXTRA_ARGS-} kafka.Kafka "$@"

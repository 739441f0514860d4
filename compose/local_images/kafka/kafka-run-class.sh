#!/bin/bash
# What Kafka's own script of this name does, as far as compose.yaml relies on it.
options=()
while [ "${1#-}" != "$1" ]; do
    case $1 in
        -name) options+=("-Dname=$2"); shift 2 ;;
        *) shift ;;
    esac
done
# shellcheck disable=SC2086  # several options in one variable, as with the original
exec java ${KAFKA_HEAP_OPTS:--Xmx256M} "-Dkafka.logs.dir=${LOG_DIR:-/opt/kafka/logs}" \
    $KAFKA_LOG4J_OPTS -cp '/opt/kafka/libs/*' $KAFKA_OPTS "$@"

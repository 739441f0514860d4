#!/bin/bash
# What the public image's entrypoint does with an empty folder, as far as compose.yaml relies on it.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA" && chmod 700 "$PGDATA"
    # shellcheck disable=SC2086  # several options in one variable, as with the original
    initdb --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" ${POSTGRES_INITDB_ARGS:-}
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    pg_ctl -D "$PGDATA" -w start -o "$(printf '%q ' "${@:2}") -c listen_addresses=''"
    for each in /docker-entrypoint-initdb.d/*.sql; do
        psql -v ON_ERROR_STOP=1 --username=postgres --no-password --no-psqlrc --file="$each"
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec "$@"

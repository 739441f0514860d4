#!/bin/bash
# Whether the broker knows itself and so can serve: its listeners open some seconds earlier. One
# Metadata request, version 1, about no topic; the answer's third number is how many brokers there
# are. By hand, because Kafka's own tools start a Java each time, for seconds of a busy machine.
set -eu
exec 3<>/dev/tcp/127.0.0.1/9092
printf '\000\000\000\016\000\003\000\001\000\000\000\000\377\377\000\000\000\000' >&3
[ "$(head -c 12 <&3 | tail -c 4 | tr '\000\001' 01)" = 0001 ]

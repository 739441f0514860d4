#!/bin/sh
# Publishes the drop folders when something in them has changed and then been left alone: half a
# file is not read. Publishing says on standard output what could not be used, with the values,
# which are children's data and belong in no container's log: `concord rejects list` shows them.
# Usage: publish-drops FOLDER
set -u

seconds=5
seen=/tmp/seen       # what was last published; absent: nothing yet
turned=/tmp/turned   # when the loop last went round, for the health check

trap 'exit 0' TERM INT

listed() {
    find "$1" -mindepth 1 -type f -printf '%T@ %s %p\n' | sort
}

fresh() {
    # A file from the future is no reason to wait for it.
    [ -n "$(find "$1" -type f -newermt "-$seconds seconds" ! -newermt now -print -quit)" ]
}

while :; do
    now=$(listed "$@")
    if [ -n "$now" ] && ! fresh "$@" && [ "$now" != "$(cat "$seen" 2>/dev/null)" ]; then
        concord --log - publish --root "$1" >/dev/null
        # 3: some rows were rejected, which is told and done; 2: an operator must mend something,
        # as the line above says, and then changes it. All else is tried again.
        case $? in
            0 | 2 | 3) printf '%s\n' "$now" >"$seen" ;;
        esac
    fi
    touch "$turned"
    sleep "$seconds" &
    wait $!
done

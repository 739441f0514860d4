"""Becomes another program that ends with its starter: `leash.py STARTER_PID USER COMMAND...`.

A script of its own, run by the bare interpreter: what it sets must be set in the new process,
and running Python between fork and exec is not safe where the starter has threads.
"""
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_FOLDER = 9


def main(starter: int, user: str, command: list[str]) -> None:
    """Become the command, as this user ("": the one that runs this); never returns.

    Another user finds the folder that this was started in as /proc/self/fd/9: those above it may
    be closed to that user, as /root and the folders of pytest are.
    """
    os.umask(0o077)
    if user:
        import pwd

        os.dup2(os.open(".", os.O_RDONLY), _FOLDER)
        os.chdir("/")
        known = pwd.getpwnam(user)
        os.initgroups(user, known.pw_gid)
        os.setgid(known.pw_gid)
        os.setuid(known.pw_uid)
    if sys.platform == "linux":  # behind the change of user, which would take it off again
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != starter:
            sys.exit("the starter has ended")
    os.execv(command[0], command)  # noqa: S606 - to start a given command is its whole work


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])

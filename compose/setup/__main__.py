"""`python -m compose.setup` makes the secrets; with `agency CODE` it prints a certificate."""
import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from compose.certificates import issue
from compose.setup.secrets import Folders, make

FOLDERS = Folders(Path("/kept"), Path("/credentials"), Path("/data"))


def main(arguments: Sequence[str] | None = None, folders: Folders = FOLDERS) -> int:
    """Do what the words say; 2 where they cannot be."""
    parser = argparse.ArgumentParser(prog="compose.setup", description=__doc__)
    parser.add_argument("--host", action="append", default=[],
                        help="a name by which agencies reach Kafka; may be repeated")
    verbs = parser.add_subparsers(dest="verb")
    agency = verbs.add_parser("agency", help="print a key and certificate for one agency")
    agency.add_argument("code", help="the agency's code, as in concord.toml")
    words = parser.parse_args(arguments)
    if words.verb == "agency":
        return _print_certificate(folders, words.code)
    make(folders, words.host)
    print("The secrets are made, and each service has its own.")
    return 0


def _print_certificate(folders: Folders, code: str) -> int:
    """To standard output alone: the key is kept by nobody but who reads it."""
    if not (folders.kept / "ca.key").exists():
        print("There is no authority yet: start the services once.", file=sys.stderr)
        return 2
    if not code.replace("-", "").replace("_", "").isalnum() or code == "concord":
        print("That is no agency's code: see concord.toml.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        issued = issue(folders.kept / "ca.pem", folders.kept / "ca.key", code, Path(folder))
        for file in (issued.key_file, issued.certificate_file):
            print(file.read_text(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())

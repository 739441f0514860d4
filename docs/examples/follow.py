"""What the home's own system does: it takes in what it is told, and answers each new notice."""
from contextlib import suppress
from os import environ

from broker.client import Agency, Unreadable
from broker.event.finding import NoticeIssued
from broker.vocabulary.words import NoticeState

with suppress(KeyboardInterrupt), Agency.connect(
        "riverside", bootstrap_servers=environ["KAFKA"], registry_url=environ["REGISTRY"],
        ca_file=environ["CA_FILE"], password_file=environ["PASSWORD_FILE"]) as home:
    for message in home.follow(positions="riverside.positions"):
        match message.value:
            case NoticeIssued(state=NoticeState.SENT) as notice:
                print(notice.severity, notice.code, notice.sentence, flush=True)
                home.acknowledge(notice, by="night shift", next_step="ringing the police")
            case Unreadable(reason=why):
                print("cannot be read:", why, flush=True)
            case said:
                print("taken in:", type(said).__name__, flush=True)

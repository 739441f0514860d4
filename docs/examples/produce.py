"""What an agency's own system says of one evening: for `police`, and again for `riverside`."""
import sys
from datetime import UTC, date, datetime
from os import environ

from broker.client import Agency
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Name, PersonRecorded

WORDS = {"police": (IncidentRecorded, {"category_opened": "CONCERN_FOR_SAFETY"}),
         "riverside": (MissingEpisodeRecorded, {"classification": "MISSING"})}
code, now = sys.argv[1], datetime.now(UTC)
kind, said = WORDS[code]
with Agency.connect(code, bootstrap_servers=environ["KAFKA"], registry_url=environ["REGISTRY"],
                    ca_file=environ["CA_FILE"], password_file=environ["PASSWORD_FILE"]) as agency:
    print(agency.publish(agency.statement(PersonRecorded, record="1", subject="1", recorded_at=now,
        names=[Name(given="Kayleigh", family="Thornton")], birth_date=date(2011, 5, 14))))
    print(agency.publish(agency.statement(kind, record="2", subject="1", recorded_at=now,
                                          occurred={"start": now}, **said)))

"""Training the model of identity on a partnership's own people, and taking both elsewhere."""
from dataclasses import replace
from pathlib import Path

from broker.audit.chain import Draft
from broker.backends.splink_export import export, make_ready
from broker.backends.splink_training import Told, train
from broker.bootstrap import Concord
from broker.identity.model import LEVELS
from broker.identity.training import Trained
from broker.pipeline.auditing import record_audit
from broker.pipeline.everybody import everybody, some_of
from broker.vocabulary.words import AuditAction

__all__ = ["PAIRS_MAX", "PEOPLE_MAX", "export_people", "train_model"]

PAIRS_MAX = 200_000
PEOPLE_MAX = 300_000
"""People of a store that training looks at; where there are more, about so many of them."""


def train_model(concord: Concord, seed: int, pairs_max: int, told: Told) -> Trained:
    """The model in force with figures estimated from the store's people, which it does not
    change; what they do not show keeps the figures of the default. See `splink_training.train`."""
    with concord.store.view() as view:
        people = list(some_of(view, PEOPLE_MAX, seed))
    return train(people, replace(concord.model, levels=LEVELS), seed, pairs_max, told)


def export_people(concord: Concord, folder: Path, by: str, reason: str) -> int:
    """Write everybody and the model for Splink into a folder; how many people. It is a disclosure,
    and audited as one before the first file is written, once nothing stands in its way:
    `ConfigError` where Splink is not installed or the folder cannot be written."""
    make_ready(folder)
    with concord.store.begin() as unit:
        record_audit(unit, concord.codec, [Draft(
            at=concord.clock.now(), action=AuditAction.DISCLOSURE, actor=by, why=reason,
            detail="everybody's details and the identity model, to a folder for Splink")])
    concord.relay()
    with concord.store.view() as view:
        return export(everybody(view), concord.model, folder)

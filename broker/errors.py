"""Errors, named by what the caller must do about them."""


class ConcordError(Exception):
    """Anything Concord raises on purpose; its text never holds personal data."""


class ConfigError(ConcordError):
    """The operator must fix something (exit code 2); the text is one sentence and a way out."""


class RecordRejected(ConcordError):
    """One row or message cannot be used: quarantine it with its raw bytes and carry on.

    `reason` is a short closed phrase fit for a histogram and free of personal data. `value` is
    the offending text: it goes to the publisher's own output and the stored reject, nowhere else,
    which is why it is an attribute and not part of the exception's text.
    """

    def __init__(self, reason: str, *, column: str | None = None, value: str | None = None):
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.value = value


class TemporarilyUnavailable(ConcordError):
    """A service or the disk is not available now (exit code 4): try again later."""


class Conflict(ConcordError):
    """Somebody else got there first: reload and try again."""

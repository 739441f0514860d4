"""Statements to bytes and back: schemas, framing, headers, compatibility."""

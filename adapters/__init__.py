"""One folder an agency kind: its adapter.toml says what it sends, its adapter.py translates it."""

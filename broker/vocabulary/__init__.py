"""The closed words of the field: neutral vocabularies, code lists, identifiers and their forms."""

"""What an adapter may import: reading rows, translating fields, and the conformance suite."""

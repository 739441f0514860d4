"""Topics, partitions, records and positions, as values."""

"""The audit chain: who did what with whose data and why, and the proof that nobody changed it."""

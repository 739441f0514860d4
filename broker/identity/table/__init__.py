"""Linking any file of people at once: rows as columns of numbers, the model from the file."""

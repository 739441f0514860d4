"""Concord: finds where agencies describe the same child differently, and says so with evidence."""

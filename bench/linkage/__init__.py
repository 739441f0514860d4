"""Concord's linkage of a file of people beside Splink's, on the same rows in the same process."""

"""What two people's records have in common, one small function for each kind of evidence."""

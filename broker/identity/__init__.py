"""Who is who: which records, across agencies, are one child, and why."""

"""What should be true of one child's records across agencies, and the limits it is judged by."""

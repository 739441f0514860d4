"""Who may publish, be given, and replay what, and why: deny by default."""

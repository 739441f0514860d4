"""A second labelled world, written from the rules and the file formats alone."""

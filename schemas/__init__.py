"""The Avro schemas of everything that travels: one file a type, shared types, frozen versions."""

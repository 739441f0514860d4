"""Makes the secrets of the composed services: passwords, keys, certificates."""

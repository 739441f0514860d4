"""Where logs, stores and clocks really live: memory, SQLite, and the services of a partnership."""

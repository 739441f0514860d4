"""View models of what Concord knows, and their terminal, HTML and CSV faces."""

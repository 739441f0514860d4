"""Care homes: residents, absences and regulation 40 notifications."""

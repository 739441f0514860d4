"""What each table of the Standard Safeguarding Dataset says, row by row."""

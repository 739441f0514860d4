"""A council's children's social care: SSD tables, the CIN census and the SSDA903 return."""

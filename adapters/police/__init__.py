"""The police: a folder of CSV files from the force's record and command-and-control systems."""

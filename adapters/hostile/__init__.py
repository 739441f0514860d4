"""An agency that sends everything wrong: each defect has a name, and a test says what follows."""

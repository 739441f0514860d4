"""The only loops: publish, intake, check, deliver, over pure steps."""

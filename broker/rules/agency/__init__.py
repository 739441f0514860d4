"""Rules about an agency's own records as a whole: what is lost, silent or late in them."""

"""What an agency said: statements about children, one type a kind of record, and Concord's own."""

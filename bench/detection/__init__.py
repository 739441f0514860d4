"""What the checker finds of what was planted in made-up partnerships, and what it makes up."""

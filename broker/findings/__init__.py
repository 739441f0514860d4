"""What somebody must look at: findings, how they begin, change, end, and what people decide."""

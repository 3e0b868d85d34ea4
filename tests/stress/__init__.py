"""What xenlens does when it is used long, hard, and against hosts that misbehave."""

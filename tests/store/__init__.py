"""What the store promises, and how each backend keeps it."""

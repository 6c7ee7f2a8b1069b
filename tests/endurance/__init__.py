"""What must hold for long, under load, after a crash, on a full disk, and for whoever steals the database."""

"""What several tests share: a project on disk, a clock to turn, a browser, and the stand-in for GitHub."""

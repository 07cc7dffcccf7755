"""Rules about whom the image runs as."""

"""Rules about the image underneath."""

"""Rules about what the image starts and how its health is known."""

"""Rules about the labels of an image."""

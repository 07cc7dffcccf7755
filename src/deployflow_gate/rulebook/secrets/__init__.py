"""Rules about secrets where they must not be."""

"""Rules about what is copied, in which order, past which ignore file."""

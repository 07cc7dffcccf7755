"""Rules about package managers in builds."""

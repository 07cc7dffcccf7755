"""Rules about what shell scripts do, wherever they stand."""

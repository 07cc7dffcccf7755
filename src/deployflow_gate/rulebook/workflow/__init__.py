"""Rules about workflows and actions."""

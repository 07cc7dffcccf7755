"""The command: options in, one call of the gate, reports out, an exit code. It decides nothing of its own."""

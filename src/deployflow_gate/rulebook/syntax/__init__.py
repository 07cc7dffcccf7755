"""Rules about files that do not say what their author means."""

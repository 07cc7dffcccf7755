"""Rules about build stages and who asks for them."""

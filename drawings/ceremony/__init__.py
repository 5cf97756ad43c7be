"""Staff: pre-flight, freeze, entropy, draw, publish, void."""

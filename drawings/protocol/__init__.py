"""The draw protocol draw/1: pure standard library, imports nothing of ours; verify.py draws here and verifies anywhere."""

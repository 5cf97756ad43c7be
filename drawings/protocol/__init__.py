"""The draw protocol draw/2: pure standard library, imports nothing of ours; verify.py draws here and verifies anywhere."""

"""Running the site: whether it is well (`conditions`, `doctor`), what it refuses to start with, saving and moving it."""

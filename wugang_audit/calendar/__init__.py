"""Working days: the State Council's table of holidays and make-up days, and the arithmetic of deadlines."""

"""Everything that is looked at before a freeze: the draft's frozen files to be, their faults, what changed since."""

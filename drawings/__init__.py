"""Plans, draws, teams, inspections and their disclosure: all that joins the two registries."""

"""What a draw leaves on paper: notice, minutes, deposits; and the show for the public in the room."""

"""What every registry shares: its admin pages, its history in bulk, its forms and the checks of its data."""

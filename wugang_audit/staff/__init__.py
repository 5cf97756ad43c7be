"""Start page, navigation and frame of the staff pages and the admin."""

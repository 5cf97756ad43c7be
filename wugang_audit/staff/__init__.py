"""What greets the staff: the desk, the navigation, and the frame that their pages and the admin share."""

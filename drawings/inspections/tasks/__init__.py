"""What an officer has to do, the list of all inspections, and the page of a unit."""

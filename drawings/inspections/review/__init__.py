"""From a report that was handed in to the public page: review, publication, correction."""

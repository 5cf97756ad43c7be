"""What comes after the publication: objections and corrections from outside, and their answers."""

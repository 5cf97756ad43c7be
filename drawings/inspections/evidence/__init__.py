"""Photos and PDFs of a visit: taken in, kept, shown to whom the inspection is shown."""

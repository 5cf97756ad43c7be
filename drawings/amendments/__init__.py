"""What may follow a freeze: voids, substitutes, lifted seals; each declared by one person, confirmed by another."""

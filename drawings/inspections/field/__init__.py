"""What two officers record of a visit."""

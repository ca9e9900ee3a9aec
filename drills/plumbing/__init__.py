"""What carries the drills: what they are asked and answer, the database that they run on, the list of them."""

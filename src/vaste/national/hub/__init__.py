"""The hub: takes counties' deliveries in, keeps every version once, and lays their counts into tables of the whole country."""

"""A network and labelled hands flow in; its errors flow out, as reports and as images."""

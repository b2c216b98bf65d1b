"""Training crops flow in; crops with changed colours and corruptions flow out."""

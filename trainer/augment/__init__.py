"""Training crops flow in; crops with other colours and corruptions flow out."""

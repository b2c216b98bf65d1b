"""Values that every room exchanges: frames, crops, hands and their 21 joints."""

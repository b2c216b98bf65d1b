"""How long everything takes, beside MediaPipe's own tracker and the article's network."""

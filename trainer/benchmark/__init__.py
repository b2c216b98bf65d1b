"""The whole program and MediaPipe's tracker flow in; speed, accuracy and gesture figures flow out."""

"""A finished training run flows in; weights, an ONNX file and a model card flow out."""

// In Node, TensorFlow.js registers no gradients in its core package; its layers package does, as a side effect.
import '@tensorflow/tfjs-layers'

package dev.margrave.workers.vae.engine;

/** What a training step multiplies in; evaluation multiplies in single precision always. */
public enum Precision {
  FLOAT32,
  /** On GPUs alone. */
  TF32,
  BFLOAT16
}

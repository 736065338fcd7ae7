package dev.margrave.protocol;

/** Marks what may travel between nodes: serialised as CBOR, never by Java serialisation. */
public interface WireMessage {}

package dev.margrave.protocol.worker;

import dev.margrave.protocol.WireMessage;

/** What reaches the supervisor of a stage, wherever it lives. */
public interface StageMessage extends WireMessage {}

package dev.margrave.app.display;

/**
 * Something that happened to a run, in words.
 *
 * @param frequent whether it comes again and again, so that a live display shows it otherwise
 */
record RunEvent(boolean frequent, String text) {}

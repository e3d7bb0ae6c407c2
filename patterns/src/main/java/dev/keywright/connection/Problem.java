package dev.keywright.connection;

/**
 * Something a check found.
 *
 * @param what what is so, and where
 * @param why what comes of it
 * @param fix what to do
 */
public record Problem(String what, String why, String fix) {}

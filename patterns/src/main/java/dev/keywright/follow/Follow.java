package dev.keywright.follow;

import java.time.Instant;

/**
 * A relation, seen from one of its ends.
 *
 * @param user at the other end
 * @param since when it began, by the clock of the server that keeps the user who follows
 */
public record Follow(String user, Instant since) {}

package dev.keywright.presence;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a user at one moment.
 *
 * @param online whether it is online
 * @param at when it went offline, by the server's clock; empty when it is online, never was, or it was too long ago
 */
public record LastSeen(boolean online, Optional<Instant> at) {}

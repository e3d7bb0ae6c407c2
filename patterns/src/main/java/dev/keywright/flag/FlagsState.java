package dev.keywright.flag;

import java.time.Duration;
import java.util.Optional;

/**
 * How well a process knows the flags.
 *
 * @param live whether the server would tell of changes at this moment; else the last known values count
 * @param age how long ago they were last known to be the server's, zero while live; empty when they never were
 * @param flags how many are known
 * @param unreadable how many could not be read when they were last told, as a newer release wrote them; their last known value counts
 * @param pages how many pieces of groups and overrides are held in memory
 */
public record FlagsState(boolean live, Optional<Duration> age, int flags, int unreadable, int pages) {}

package dev.keywright.flag;

import java.time.Instant;

/**
 * One change, as it was written down in the same step.
 *
 * @param at by the server's clock
 * @param subject {@code flag ID}, {@code override ID on}, {@code override ID off} or {@code group NAME}
 * @param by who changed it
 * @param why in their words
 * @param before what was stored, without its version; empty when there was nothing. Empty for members of groups
 * @param after what is stored, empty when it was removed; for members of groups, {@code +} or {@code -} and those who were added or removed
 */
public record AuditEntry(Instant at, String subject, String by, String why, String before, String after) {}

/**
 * Rate limits shared by all processes: {@link dev.keywright.limit.RateLimiter} spends a
 * {@link dev.keywright.limit.Quota} and answers with a {@link dev.keywright.limit.Decision}.
 */
package dev.keywright.limit;

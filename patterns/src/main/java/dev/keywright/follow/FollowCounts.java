package dev.keywright.follow;

/**
 * How long both lists of a user are.
 *
 * @param following how many the user follows
 * @param followers how many follow the user
 */
public record FollowCounts(long following, long followers) {}

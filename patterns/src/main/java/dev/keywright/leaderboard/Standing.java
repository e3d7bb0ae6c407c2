package dev.keywright.leaderboard;

/**
 * The place of a member.
 *
 * @param member who
 * @param rank the place, from 1
 * @param score the score it has
 */
public record Standing(String member, long rank, double score) {}

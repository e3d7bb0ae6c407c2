package dev.keywright.follow;

/**
 * Someone to follow.
 *
 * @param by how many of those who were looked at follow the user
 */
public record Suggestion(String user, int by) {}

package dev.keywright.leaderboard;

/** Which of two members with equal scores comes first. */
public enum Ties {

    /** The one whose bytes are greater, as Redis orders them: {@code b} before {@code a}. Fractions are allowed, and updates are commands. */
    BY_MEMBER,

    /**
     * The one that reached the score first, in the order in which the server ran the updates; no clock has a part in it. Scores are whole
     * numbers up to {@link LeaderboardOptions#greatest()}, and each update is a script.
     */
    FIRST_TO_REACH
}

package dev.keywright.leaderboard;

/** What a given score does to the one a member has. */
public enum Update {

    /** It takes its place. */
    SET,

    /** It is added; a member that is new begins with 0. */
    ADD,

    /** It takes its place if it is better, or the member is new. */
    BEST
}

package dev.keywright.leaderboard;

/** How places are counted; all begin with 1. The scores 9, 7, 7, 5 have the places: */
public enum Ranks {

    /** 1, 2, 3, 4: each place once. */
    ORDINAL,

    /** 1, 2, 2, 4: equal scores share the place, and leave out as many. */
    COMPETITION,

    /** 1, 2, 2, 3: equal scores share the place, and none is left out. Only on a board that keeps {@link LeaderboardOptions#distinct()}. */
    DENSE
}

package dev.keywright.session;

/**
 * How many sessions may have the same value of an index at the same time, such as sessions of one user.
 *
 * @param index one of {@link SessionOptions#indexes()}
 * @param most 1 to 1,000
 * @param whenFull what happens to one more
 */
public record SessionLimit(String index, int most, WhenFull whenFull) {

    private static final int MOST = 1_000;

    /** What happens to one session more. */
    public enum WhenFull {
        /** The ones that would have to end first anyway, which are the oldest where all have the same lifetime, end for it. */
        END_OLDEST,
        /** It is refused: {@link Saved#FULL}. */
        REFUSE
    }

    public SessionLimit {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("The limit of sessions is " + most + "; give 1 to " + MOST);
        }
    }
}

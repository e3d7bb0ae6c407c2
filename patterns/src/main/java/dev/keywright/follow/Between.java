package dev.keywright.follow;

/**
 * How one user stands to another.
 *
 * @param follows whether the one follows the other
 * @param followed whether the other follows the one
 */
public record Between(boolean follows, boolean followed) {

    public boolean mutual() {
        return follows && followed;
    }
}

package dev.keywright.flag;

/** What a flag is for a user, and which rule said so. */
public enum Verdict {
    /** Off for everybody. */
    KILLED(false),
    /** The user has an override. */
    OVERRIDDEN_OFF(false),
    /** The user has an override. */
    OVERRIDDEN_ON(true),
    /** The user is in the group of a segment, and not in its share. */
    SEGMENT_OFF(false),
    /** The user is in the group of a segment, and in its share. */
    SEGMENT_ON(true),
    /** The user is beyond the percentage. */
    PERCENT_OFF(false),
    /** The user is within the percentage. */
    PERCENT_ON(true),
    /** Nothing is known of the flag; {@link FlagOptions#fallbacks()} says off, or nothing. */
    FALLBACK_OFF(false),
    /** Nothing is known of the flag; {@link FlagOptions#fallbacks()} says on. */
    FALLBACK_ON(true);

    private final boolean on;

    Verdict(boolean on) {
        this.on = on;
    }

    public boolean isOn() {
        return on;
    }
}

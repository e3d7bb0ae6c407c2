package dev.keywright.flag;

/**
 * What a flag says to the users of a group: on for that share of them, off for the others.
 *
 * @param group name of a {@link Group}
 * @param percent of its users, by the buckets of the flag
 */
public record Segment(String group, Percent percent) {

    public Segment {
        Names.checked(group, "group");
    }
}

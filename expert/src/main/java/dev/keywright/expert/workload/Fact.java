package dev.keywright.expert.workload;

/**
 * One quantity of a task, in its base unit.
 *
 * @param name canonical, such as {@code value_bytes}
 * @param value in {@code unit}
 * @param unit "1", "s", "ms", "B", "1/s", "m" or "%"
 * @param from the very words it was read from
 * @param start where those words begin in the text, in characters
 * @param end where they end
 */
public record Fact(String name, double value, String unit, String from, int start, int end, Origin origin) {

    /** Whether the task says it, or it follows from what the task says. */
    public enum Origin {
        ASKED,
        DERIVED
    }
}

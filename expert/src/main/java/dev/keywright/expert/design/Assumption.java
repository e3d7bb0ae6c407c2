package dev.keywright.expert.design;

/** A value taken because the task names none; {@code change} is the option that overrules it. */
public record Assumption(String name, double value, String why, String change) {

    static Assumption of(String name, double value, String why) {
        return new Assumption(name, value, why, "--set " + name + "=...");
    }
}

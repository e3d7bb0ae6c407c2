package dev.keywright.ops.lua;

import java.util.Set;

/** Whether every key that a script touches was given to it as a key. */
final class KeyRules {

    private static final String WHY =
            "Redis looks for the right node by the keys of the call, so on a Cluster this one may lie elsewhere; ACL"
                    + " rules and callers cannot see it either.";

    private KeyRules() {}

    static void check(Reading reading, Complaints complaints) {
        for (CommandCall command : reading.commands()) {
            command.keys().forEach(key -> check(reading, command, key, complaints));
        }
    }

    private static void check(Reading reading, CommandCall command, Node key, Complaints complaints) {
        Set<Origin> origins = reading.origins(key);
        String title = command.title();
        if (has(origins, Origin.Kind.ARGUMENT)) {
            complaints.error(
                    "argument-as-key",
                    key.line(),
                    title + " takes its key from ARGV.",
                    WHY,
                    "Pass the whole key among the KEYS and use KEYS[n].");
        } else if (has(origins, Origin.Kind.FROM_KEY)) {
            complaints.error(
                    "key-undeclared",
                    key.line(),
                    title + " takes a key that the script makes from another one.",
                    WHY,
                    "Pass that key among the KEYS as well, with the same hash tag.");
        } else if (has(origins, Origin.Kind.DATA)) {
            complaints.error(
                    "key-from-data",
                    key.line(),
                    title + " takes a key that the script found in the data.",
                    WHY,
                    "Read the names first, and pass them as KEYS of a second call.");
        } else if (has(origins, Origin.Kind.LITERAL)) {
            complaints.error(
                    "key-undeclared",
                    key.line(),
                    title + " takes a key that is written into the script.",
                    WHY,
                    "Pass it among the KEYS.");
        }
    }

    private static boolean has(Set<Origin> origins, Origin.Kind kind) {
        return origins.stream().anyMatch(origin -> origin.is(kind));
    }
}

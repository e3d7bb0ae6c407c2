package dev.keywright.ops.cluster;

/** What newer servers can do. */
final class Versions {

    static final String ATOMIC =
            "Redis 8.4 and newer: CLUSTER MIGRATION IMPORT first last, on the taking master. Valkey 9"
                    + " and newer: CLUSTER MIGRATESLOTS SLOTSRANGE first last NODE id, on the giving one.";

    private Versions() {}

    static boolean movesSlotsAtomically(ClusterView.Facts facts) {
        return facts.server().equals("valkey") ? atLeast(facts.version(), 9, 0) : atLeast(facts.version(), 8, 4);
    }

    private static boolean atLeast(String version, int major, int minor) {
        String[] parts = version.split("\\.");
        if (parts.length < 2 || !parts[0].matches("\\d{1,6}") || !parts[1].matches("\\d{1,6}")) {
            return false;
        }
        int first = Integer.parseInt(parts[0]);
        return first > major || first == major && Integer.parseInt(parts[1]) >= minor;
    }
}
